import Tensors
import Testing

@testable import GTN

@Suite struct CurriculumReplayTests {
    private let curriculum = Curriculum(
        images: Tensor((0..<24).map(Double.init), shape: [3, 2, 1, 2, 2]), labels: Tensor((0..<12).map(Double.init), shape: [3, 2, 2]),
        learningRate: Tensor([0.1, 0.2, 0.6]), momentum: Tensor([0.5, 0.6, 0.7]))

    @Test func imagesComeAgainInTheirOrder() {
        let replayed = curriculum.repeated(passes: 2)
        #expect(replayed.images.shape == [6, 2, 1, 2, 2])
        #expect(replayed.images.doubles == (0..<24).map(Double.init) + (0..<24).map(Double.init))
        #expect(replayed.labels.doubles == (0..<12).map(Double.init) + (0..<12).map(Double.init))
        #expect(replayed.momentum.doubles == [Double](repeating: 0.9, count: 6))
    }

    /// By hand, for six steps: middles at 1/12, 3/12, …, 11/12; up to 0.2, then down; the mean of the learned rates is 0.3.
    @Test func theRateIsOneCycle() {
        let wanted = [(1.0 / 12) / 0.2, 0.75 / 0.8, (7.0 / 12) / 0.8, (5.0 / 12) / 0.8, 0.25 / 0.8, (1.0 / 12) / 0.8]
        for (rate, share) in zip(curriculum.repeated(passes: 2).learningRate.doubles, wanted) { #expect(abs(rate - 0.3 * share) < 1e-12) }
        for (rate, share) in zip(curriculum.repeated(passes: 2, peakRate: 2).learningRate.doubles, wanted) {
            #expect(abs(rate - 2 * share) < 1e-12)
        }
    }
}
