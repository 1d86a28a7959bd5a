import Testing

@testable import GTN

@Suite struct ConfusionMatrixTests {
    /// Six images with true classes 0, 0, 0, 1, 1, 2.
    private static var matrix: ConfusionMatrix {
        var matrix = ConfusionMatrix(classes: 3)
        matrix.count([0, 0, 1], takenFor: [0, 2, 1])
        matrix.count([0, 1, 2], takenFor: [2, 0, 2])
        return matrix
    }

    @Test func countsByHand() { #expect(Self.matrix.counts == [[1, 0, 2], [1, 1, 0], [0, 0, 1]]) }

    @Test func sharesByHand() {
        let matrix = Self.matrix
        #expect(matrix.accuracy == 3.0 / 6)
        #expect(matrix.share(of: 0, takenFor: 0) == 1.0 / 3)
        #expect(matrix.share(of: 0, takenFor: 2) == 2.0 / 3)
        #expect(matrix.accuracy(without: 0) == 2.0 / 3)
    }
}
