import Foundation
import Networks
import SearchSpace
import Tensors
import TestSupport
import Testing

@testable import GTN

/// Jobs that are interrupted and resumed end byte-identical to uninterrupted ones.
@Suite final class CheckpointTests {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")

    init() throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    private func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    private static func teaching(_ kind: TeacherKind, metaSteps: Int, seed: UInt64 = 3) throws -> Teaching {
        var configuration = Teaching.Configuration(kind: kind, bound: .metaSteps(metaSteps))
        configuration.steps = 3
        configuration.batch = 10
        configuration.seed = seed
        configuration.heldOut = 0
        configuration.warmStartPasses = 2
        configuration.generator = Generator.Sizes(noise: 4, hidden: 8, channels: 4, lastChannels: 4)
        configuration.metaTraining.learners = 2
        configuration.objective.metaBatch = 32
        return Teaching(Fixtures.fashionMNIST, try Fixtures.fashionSpace(side: 28, classes: 10), configuration)
    }

    /// Counts steps up to a limit.
    private final class Counter: @unchecked Sendable {
        let limit: Int
        var steps = 0
        init(_ limit: Int) { self.limit = limit }
        var isReached: Bool { steps >= limit }
    }

    @Test(.slow, arguments: [TeacherKind.distilled, .generative], [1, 3])
    func resumedTeachingIsByteIdentical(kind: TeacherKind, steps: Int) throws {
        let teaching = try Self.teaching(kind, metaSteps: 4)
        try teaching.run().file.write(to: path("whole"))
        let counter = Counter(steps)
        _ = try teaching.run(checkpoint: CheckpointFile(path: path("c"), resumes: false), cancelled: { counter.isReached }) { event in
            if case .metaStep = event { counter.steps += 1 }
        }
        var resumed = 0
        let outcome = try teaching.run(
            checkpoint: CheckpointFile(path: path("c"), resumes: true), onEvent: { if case .metaStep = $0 { resumed += 1 } })
        try outcome.file.write(to: path("resumed"))
        #expect(resumed == 4 - steps)
        #expect(FileManager.default.contents(atPath: path("whole")) == FileManager.default.contents(atPath: path("resumed")))
    }

    /// An interruption leaves the last checkpoint, which is written after each step here.
    @Test func everyCheckpointIsComplete() throws {
        let teaching = try Self.teaching(.distilled, metaSteps: 3)
        var checkpoints: [Data] = []
        let whole = try teaching.run(
            checkpoint: CheckpointFile(path: path("c"), resumes: false, interval: 0),
            onEvent: { [path = path("c")] event in
                // The event of a step precedes its checkpoint, so the file still holds the previous one.
                if case .metaStep(let step, _, _) = event, step.index > 0 {
                    checkpoints.append(FileManager.default.contents(atPath: path)!)
                }
            })
        #expect(checkpoints.count == 2)
        for checkpoint in checkpoints {
            try checkpoint.write(to: URL(fileURLWithPath: path("c")))
            let outcome = try teaching.run(checkpoint: CheckpointFile(path: path("c"), resumes: true))
            #expect(outcome.file.curriculum.tensors.map(\.bytes) == whole.file.curriculum.tensors.map(\.bytes))
        }
    }

    /// A distillation resumes too, and keeps the measurements made before its first step.
    @Test func resumedDistillationIsByteIdentical() throws {
        var configuration = Distillation.Configuration(initialization: .random, images: 20, steps: 2, epochs: 2, bound: .metaSteps(4))
        configuration.networks = 2
        configuration.hasBaselines = false
        configuration.objective.metaBatch = 32
        let space = ClassicNetwork.lenet.space
        let distillation = Distillation(Fixtures.fashionMNIST, space, try space.architecture(""), configuration)
        let whole = try distillation.run()
        let counter = Counter(2)
        _ = try distillation.run(checkpoint: CheckpointFile(path: path("c"), resumes: false), cancelled: { counter.isReached }) { event in
            if case .metaStep = event { counter.steps += 1 }
        }
        let resumed = try distillation.run(checkpoint: CheckpointFile(path: path("c"), resumes: true))
        try whole.file.write(to: path("whole"))
        try resumed.file.write(to: path("resumed"))
        #expect(FileManager.default.contents(atPath: path("whole")) == FileManager.default.contents(atPath: path("resumed")))
        #expect(resumed.initialAccuracies == whole.initialAccuracies)
        #expect(resumed.history.map(\.loss) == whole.history.map(\.loss))
        #expect(resumed.history.count == 4)
    }

    @Test func refusesCheckpointsOfOtherTeachings() throws {
        let counter = Counter(1)
        _ = try Self.teaching(.distilled, metaSteps: 3).run(
            checkpoint: CheckpointFile(path: path("c"), resumes: false), cancelled: { counter.isReached }
        ) { if case .metaStep = $0 { counter.steps += 1 } }
        for other in [
            try Self.teaching(.distilled, metaSteps: 4), try Self.teaching(.distilled, metaSteps: 3, seed: 4),
            try Self.teaching(.generative, metaSteps: 3),
        ] {
            #expect(throws: CheckpointError.self) { _ = try other.run(checkpoint: CheckpointFile(path: path("c"), resumes: true)) }
        }
    }

    /// The poisoning is interrupted while its networks train, and again while its images are learned.
    @Test func resumedPoisoningIsByteIdentical() throws {
        var configuration = Poisoning.Configuration(Mistake(from: 1, to: 8), bound: .metaSteps(3))
        (configuration.images, configuration.population, configuration.heldOut) = (10, 3, 2)
        (configuration.epochs, configuration.imagesPerEpoch, configuration.objective.metaBatch) = (1, 256, 32)
        let space = ClassicNetwork.lenet.space
        let architecture = try space.architecture("")
        func run(resumes: Bool, cancelled: @escaping @Sendable () -> Bool = { false }, onEvent: @escaping (Poisoning.Event) -> Void) throws
        {
            try Poisoning(
                Fixtures.fashionMNIST, space, architecture, configuration, networks: CheckpointFile(path: path("n"), resumes: resumes)
            ).run(checkpoint: CheckpointFile(path: path("c"), resumes: resumes), cancelled: cancelled, onEvent: onEvent)
                .file.write(to: path("resumed"))
        }
        try Poisoning(Fixtures.fashionMNIST, space, architecture, configuration).run().file.write(to: path("whole"))
        let networks = Counter(1)
        try run(resumes: false, cancelled: { networks.isReached }) { if case .network = $0 { networks.steps += 1 } }
        #expect(!FileManager.default.fileExists(atPath: path("c")))
        let steps = Counter(2)
        var trained: [Int] = []
        try run(resumes: true, cancelled: { steps.isReached }) { event in
            if case .network(let count, _) = event { trained.append(count) }
            if case .metaStep = event { steps.steps += 1 }
        }
        #expect(trained.first.map { $0 > 2 } == true && trained.last == 5)
        var events = 0
        try run(resumes: true) { event in
            if case .network = event { Issue.record("a network is trained again") }
            if case .metaStep = event { events += 1 }
        }
        #expect(events == 1)
        #expect(FileManager.default.contents(atPath: path("whole")) == FileManager.default.contents(atPath: path("resumed")))
    }

    @Test func refusesFilesThatAreNotCheckpoints() throws {
        try Data("nothing".utf8).write(to: URL(fileURLWithPath: path("c")))
        #expect(throws: CheckpointError.self) { _ = try CheckpointFile(path: path("c"), resumes: true) }
        #expect(throws: Never.self) { _ = try CheckpointFile(path: path("none"), resumes: true) }
    }
}
