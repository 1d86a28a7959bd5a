import Tensors
import Testing

@testable import Datasets

@Suite struct AugmentationTests {
    /// Two channels of 3 × 4 pixels.
    private static let set = ImageSet(
        pixels: (1...24).map(UInt8.init) + (101...124).map(UInt8.init), labels: [0, 1], channels: 2, height: 3, width: 4,
        classNames: ["a", "b"])

    private func changed(_ change: Augmentation.Change) -> [UInt8] {
        let set = Self.set
        var result = [UInt8](repeating: 99, count: set.imageSize)
        set.pixels.withUnsafeBufferPointer { old in
            result.withUnsafeMutableBufferPointer { set.copy(old.baseAddress!, to: $0.baseAddress!, change) }
        }
        return result
    }

    /// The expected values are from NumPy 2.4: p[:, 3 + down:6 + down, 4 + right:8 + right] with p = pad(x, ((0, 0), (3, 3), (4, 4))), and
    /// [..., ::-1] for mirrored images.
    @Test(arguments: [
        (0, 0, false, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24]),
        (0, 0, true, [4, 3, 2, 1, 8, 7, 6, 5, 12, 11, 10, 9, 16, 15, 14, 13, 20, 19, 18, 17, 24, 23, 22, 21]),
        (1, 2, false, [7, 8, 0, 0, 11, 12, 0, 0, 0, 0, 0, 0, 19, 20, 0, 0, 23, 24, 0, 0, 0, 0, 0, 0]),
        (-1, -1, false, [0, 0, 0, 0, 0, 1, 2, 3, 0, 5, 6, 7, 0, 0, 0, 0, 0, 13, 14, 15, 0, 17, 18, 19]),
        (-1, -1, true, [0, 0, 0, 0, 3, 2, 1, 0, 7, 6, 5, 0, 0, 0, 0, 0, 15, 14, 13, 0, 19, 18, 17, 0]),
        (2, -3, true, [9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        (0, 4, false, [Int](repeating: 0, count: 24)),
    ])
    func movesAndMirrors(down: Int, right: Int, isMirrored: Bool, expected: [Int]) {
        #expect(changed(.init(down: down, right: right, isMirrored: isMirrored)).map(Int.init) == expected)
    }

    @Test func drawsEveryChangeAboutEquallyOften() {
        var random = TestGenerator(state: 1)
        var counts: [Augmentation.Change: Int] = [:]
        for _ in 0..<18_000 { counts[Augmentation.cropFlip.change(height: 8, width: 15, using: &random), default: 0] += 1 }
        // −1, 0, 1 in both directions, mirrored or not.
        #expect(counts.count == 18)
        #expect(counts.values.allSatisfy { (850...1150).contains($0) })
        #expect(!(0..<100).contains { _ in Augmentation.crop.change(height: 28, width: 28, using: &random).isMirrored })
        #expect(Augmentation.none.change(height: 28, width: 28, using: &random) == .init())
    }

    @Test func imagesAreNormalizedAfterTheChange() {
        let normalization = Normalization(mean: [0.25, 0.5], standardDeviation: [0.5, 0.25])
        var random = TestGenerator(state: 1)
        let plain = Self.set.images(at: [1, 0, 1], normalization)
        #expect(Self.set.images(at: [1, 0, 1], normalization, .none, using: &random).bytes == plain.bytes)
        // Images with sides below 8 are not moved, only mirrored.
        let mirrored = plain.flipped(axis: 3)
        let drawn = Self.set.images(at: [1, 0, 1], normalization, .cropFlip, using: &random)
        for row in 0..<3 { #expect(drawn[row].bytes == plain[row].bytes || drawn[row].bytes == mirrored[row].bytes) }
        #expect(Augmentation.padding(32) == 4)
        #expect(Augmentation.padding(28) == 3)
    }

    @Test func digitsAreNotMirrored() {
        #expect(Augmentation.standard(for: "mnist") == .crop)
        #expect(Augmentation.standard(for: "cifar10") == .cropFlip)
        #expect(Augmentation.standard(for: "fashion-mnist") == Augmentation.none)
    }
}
