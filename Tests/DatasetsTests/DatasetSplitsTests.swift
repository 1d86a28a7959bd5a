import Datasets
import Testing

@Suite struct DatasetSplitsTests {
    private func splits(_ images: ImageSet, seed: UInt64 = 0) -> DatasetSplits {
        var generator = TestGenerator(state: seed)
        return DatasetSplits(of: images, using: &generator)
    }

    private func classCounts(_ images: ImageSet, _ indices: [Int]) -> [Int] {
        indices.reduce(into: Array(repeating: 0, count: images.classes)) { $0[Int(images.labels[$1])] += 1 }
    }

    @Test func balancedClassesStayBalanced() {
        let images = imageSet(labels: (0..<50_000).map { UInt8($0 % 10) }, classes: 10)
        let splits = splits(images)
        #expect(classCounts(images, splits.score) == Array(repeating: 500, count: 10))
        #expect(classCounts(images, splits.validate) == Array(repeating: 500, count: 10))
        #expect(classCounts(images, splits.train) == Array(repeating: 4_000, count: 10))
        #expect(splits.calibrationIndices.count == 1_024)
    }

    @Test(arguments: [1, 5, 6, 7, 100, 1_001, 29_999, 30_001]) func everyImageIsInExactlyOneSplit(count: Int) {
        let images = imageSet(labels: (0..<count).map { UInt8($0 * $0 % 7) }, classes: 7)
        let splits = splits(images)
        #expect((splits.train + splits.score + splits.validate).sorted() == Array(0..<count))
        #expect(splits.score.count == min(5_000, count / 6))
        #expect(splits.validate.count == splits.score.count)
    }

    @Test func unbalancedClassesKeepTheirFrequencies() {
        // 1, 10, 100 and 5,889 images. A sixth of all 6,000 is 1,000.
        let images = imageSet(
            labels: (0..<6_000).map { $0 < 1 ? 0 : $0 < 11 ? 1 : $0 < 111 ? 2 : 3 }, classes: 4)
        let splits = splits(images)
        #expect(classCounts(images, splits.score) == [0, 2, 17, 981])
        let validate = classCounts(images, splits.validate)
        #expect(validate.reduce(0, +) == 1_000)
        #expect(zip(validate, [0, 2, 17, 981]).allSatisfy { abs($0 - $1) <= 1 })
    }

    @Test func calibrationImagesAreTrainingImages() {
        let images = imageSet(labels: (0..<6_000).map { UInt8($0 % 3) }, classes: 3)
        let splits = splits(images)
        #expect(splits.calibrationIndices.count == 1_024)
        #expect(Set(splits.calibrationIndices).count == 1_024)
        #expect(Set(splits.calibrationIndices).isSubset(of: splits.train))
    }

    @Test func fewImagesAreAllUsedForCalibration() {
        let splits = splits(imageSet(labels: Array(repeating: 0, count: 60), classes: 1))
        #expect(splits.calibrationIndices == splits.train)
    }

    @Test func followTheSeed() {
        let images = imageSet(labels: (0..<600).map { UInt8($0 % 3) }, classes: 3)
        #expect(splits(images, seed: 4) == splits(images, seed: 4))
        #expect(splits(images, seed: 4) != splits(images, seed: 5))
    }
}
