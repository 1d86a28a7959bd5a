import Basics
import Datasets
import Foundation
import GTN
import SearchSpace
import Testing

@testable import Search

/// How long, and on images of what size, the candidates of an aggregate train.
@Suite struct AggregateTrainingTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let task = Result { LearningTask(try Dataset.load(DatasetSpecification(parsing: "fashion-mnist")), seed: 0) }

    private func space(_ name: String, _ task: LearningTask) throws -> SearchSpace {
        try SearchSpace.load(path: Self.root.appending(path: "SearchSpaces/\(name).space").path).fitted(to: task)
    }

    @Test(
        arguments: [
            (nil, nil, 1), (nil, 100, 1), (900, 100, 2.25), (900, 10, 10), (900, 300, 1), (900, 600, 0.75), (900, 6_000, 0.25),
            (600, nil, 1),
            (180, nil, 0.45), (4_000, nil, 5),
        ] as [(Double?, Int?, Double)]) func aQuarterOfTheTimeOfOneCore(budget: Double?, candidates: Int?, seconds: Double)
    {
        #expect(AggregateTraining.seconds(budget: budget, candidates: candidates) == seconds)
    }

    @Test func sizesAreThoseThatTheSpaceAccepts() throws {
        let task = try Self.task.get()
        func heights(_ name: String, _ data: String = "fashion-mnist") throws -> [Int] {
            try ProxyScale.sizes(space(name, task), task, data: data).map(\.height)
        }
        #expect(try heights("fashion") == [28, 21, 14])
        #expect(try heights("fashion", "fashion-mnist@28x28") == [28])
        // Small images keep their size.
        for (side, sizes) in [(8, [8]), (16, [16]), (33, [16]), (48, [24, 18]), (64, [32, 24, 16])] {
            let resized = task.resized(side)
            #expect(try ProxyScale.sizes(space("fashion", resized), resized, data: "fashion-mnist").map(\.height) == sizes)
        }
        // Its residual blocks halve the size twice.
        #expect(try heights("nas-bench-201") == [28])
    }

    /// More time means more passes over more images, and larger ones only where enough of them fit.
    @Test func trainingFillsTheTime() throws {
        let task = try Self.task.get()
        let fashion = try space("fashion", task)
        let sizes = try ProxyScale.sizes(fashion, task, data: "fashion-mnist")
        var random = SeededGenerator(seed: 0)
        let macs = (0..<101).map { _ in fashion.totals(of: fashion.sample(using: &random)).macs }.sorted()[50]
        // At 21 pixels, a network needs about 9/16 of the multiply-accumulates.
        let enough = Double(macs) * 32_768 / 1e10
        let short = try AggregateTraining(fashion, task, sizes: sizes, seconds: 0.8 * enough)
        let long = try AggregateTraining(fashion, task, sizes: sizes, seconds: 1.2 * enough)
        #expect(short.scale.height == 21 && long.scale.height == 28)
        let images = Double(long.batches * AggregateTraining.batch * long.passes)
        #expect(abs(images / (1.2 * 32_768) - 1) < 0.05)
        let longest = try AggregateTraining(fashion, task, sizes: sizes, seconds: 1_000)
        #expect(longest.batches == 256 && longest.passes == 16)
        let shortest = try AggregateTraining(fashion, task, sizes: sizes, seconds: 0.001)
        #expect(shortest.batches == 16 && shortest.passes == 4 && shortest.scale.height == 14)
    }

    @Test func aSearchTrainsForTheTimeOfItsCandidates() throws {
        var request = try SearchRequest(space: Self.root.appending(path: "SearchSpaces/fashion.space").path, data: "fashion-mnist")
        request.directory = FileManager.default.temporaryDirectory.appending(path: "none-\(UUID().uuidString)").path
        (request.teacher, request.budgetSeconds) = (.real, 900)
        func images(_ settings: RunSettings) throws -> Int {
            guard case .curriculum(let training) = settings.scoring.recorded else { return 0 }
            return try #require(settings.teaching).steps * AggregateTraining.batch * training.passes
        }
        let open = try request.prepare().settings
        request.limits.macs = 120_000
        let small = try request.prepare().settings
        #expect(try images(small) > images(open))
        request.limits.macs = nil
        request.candidates = 20
        let few = try request.prepare().settings
        #expect(try images(few) > 2 * images(open))
        request.scoring.proxy = .curriculum
        let alone = try request.prepare().settings
        #expect(alone.scoring.recorded == few.scoring.recorded && alone.proxyScale == few.proxyScale)
    }
}

extension LearningTask {
    /// The same task with square images of this side.
    fileprivate func resized(_ side: Int) -> LearningTask {
        LearningTask(dataset.resized(to: .init(height: side, width: side)), seed: seed)
    }
}
