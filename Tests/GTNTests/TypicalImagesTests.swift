import Basics
import SearchSpace
import Tensors
import Testing

@testable import Datasets
@testable import GTN

@Suite struct TypicalImagesTests {
    /// One pixel per image: class 0 around 10, class 1 around 200, and one mislabeled image of each.
    private static func task() -> LearningTask {
        let pixels: [UInt8] = [8, 10, 12, 190, 198, 200, 202, 12]
        let labels: [UInt8] = [0, 0, 0, 0, 1, 1, 1, 1]
        let set = ImageSet(
            pixels: (0..<2_000).flatMap { _ in pixels }, labels: (0..<2_000).flatMap { _ in labels }, channels: 1, height: 1, width: 1,
            classNames: ["low", "high"])
        return LearningTask(Dataset(name: "two heaps", train: set, test: set), seed: 0)
    }

    @Test func omitsMislabeledImages() {
        let task = Self.task()
        var random = SeededGenerator(seed: 1)
        let typical = task.typicalIndices(share: 0.7, using: &random)
        let train = Set(task.splits.train)
        #expect(typical.allSatisfy(train.contains))
        #expect(Set(typical).count == typical.count)
        #expect(
            !typical.contains {
                task.dataset.train.labels[$0] == 0 ? task.dataset.train.pixels[$0] > 100 : task.dataset.train.pixels[$0] < 100
            })
        #expect(abs(Double(typical.count) - 0.7 * Double(train.count)) <= 2)
    }

    @Test func shareOneIsEveryTrainingImage() {
        let task = Self.task()
        var random = SeededGenerator(seed: 1)
        #expect(Set(task.typicalIndices(share: 1, using: &random)) == Set(task.splits.train))
    }
}
