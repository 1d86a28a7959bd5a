import Tensors
import Testing

@testable import GTN

@Suite struct CurriculumPassesTests {
    private let curriculum = Curriculum(
        images: Tensor((0..<24).map(Double.init), shape: [3, 2, 1, 2, 2]), labels: Tensor((0..<12).map(Double.init), shape: [3, 2, 2]),
        learningRate: Tensor([0.1, 0.2, 0.6]), momentum: Tensor([0.5, 0.6, 0.7]))

    @Test func imagesRepeatInOrder() {
        let repeated = curriculum.repeated(passes: 2)
        #expect(repeated.images.shape == [6, 2, 1, 2, 2])
        #expect(repeated.images.doubles == (0..<24).map(Double.init) + (0..<24).map(Double.init))
        #expect(repeated.labels.doubles == (0..<12).map(Double.init) + (0..<12).map(Double.init))
        #expect(repeated.momentum.doubles == [Double](repeating: 0.9, count: 6))
    }

    /// Passes that share their images train in the same way.
    @Test func cyclesRepeatTheirImages() throws {
        let network = try Fixtures.network(Fixtures.fashionCells[0])
        let one = Fixtures.curriculum(steps: 3, batch: 5)
        let results = [one.cycled(passes: 3, peakRate: 0.1), one.repeated(passes: 3, peakRate: 0.1)].map {
            InnerLoop(network).train(Fixtures.initial(network), on: $0)
        }
        #expect(results[0].losses.count == 9 && results[0].isComplete && results[0].losses == results[1].losses)
        let areEqual = results[0].parameters.doubles == results[1].parameters.doubles
        #expect(areEqual)
    }

    /// By hand, for six steps with midpoints 1/12, 3/12, …, 11/12. The rate rises until 0.2 and then falls; the mean of the learned rates
    /// is 0.3.
    @Test func learningRateIsOneCycle() {
        let wanted = [(1.0 / 12) / 0.2, 0.75 / 0.8, (7.0 / 12) / 0.8, (5.0 / 12) / 0.8, 0.25 / 0.8, (1.0 / 12) / 0.8]
        for (rate, share) in zip(curriculum.repeated(passes: 2).learningRate.doubles, wanted) { #expect(abs(rate - 0.3 * share) < 1e-12) }
        for (rate, share) in zip(curriculum.repeated(passes: 2, peakRate: 2).learningRate.doubles, wanted) {
            #expect(abs(rate - 2 * share) < 1e-12)
        }
    }
}
