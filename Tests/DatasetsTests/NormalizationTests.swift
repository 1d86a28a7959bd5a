import Foundation
import Testing

@testable import Datasets

@Suite struct NormalizationTests {
    /// Two images of 2 × 1 × 2.
    private let images = ImageSet(
        pixels: [0, 255, 51, 51, 255, 0, 51, 51], labels: [0, 0], channels: 2, height: 1, width: 2, classNames: ["a"])

    @Test func isPerChannel() {
        let normalization = Normalization(of: images, at: [0, 1])
        #expect(normalization.mean == [0.5, 0.2])
        #expect(normalization.standardDeviation == [0.5, 1])
    }

    @Test func countsOnlyTheGivenImages() {
        let images = ImageSet(
            pixels: [10, 20, 200], labels: [0, 0, 0], channels: 1, height: 1, width: 1, classNames: ["a"])
        let normalization = Normalization(of: images, at: [0, 1])
        #expect(abs(normalization.mean[0] - 15.0 / 255) < 1e-15)
        #expect(abs(normalization.standardDeviation[0] - 5.0 / 255) < 1e-15)
    }

    @Test func histogramsCountPlanes() {
        let histograms = images.histograms(at: [0, 1])
        #expect(histograms[0][0] == 2)
        #expect(histograms[0][255] == 2)
        #expect(histograms[1][51] == 4)
        #expect(histograms.map { $0.reduce(0, +) } == [4, 4])
    }

    @Test func isStoredAsText() throws {
        let normalization = Normalization(mean: [0.1], standardDeviation: [0.3])
        let stored = try JSONEncoder().encode(normalization)
        #expect(try JSONDecoder().decode(Normalization.self, from: stored) == normalization)
    }
}
