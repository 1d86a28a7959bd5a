import Foundation
import Networks
import SearchSpace
import Tensors
import Testing

@testable import GTN

/// A meta-training that was killed and went on is, to the last bit, the one that was not.
@Suite final class CheckpointTests {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")

    init() throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    private func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    private static func teaching(_ kind: TeacherKind, metaSteps: Int, seed: UInt64 = 3) throws -> Teaching {
        var plan = Teaching.Plan(kind: kind, bound: .metaSteps(metaSteps))
        plan.steps = 3
        plan.batch = 10
        plan.seed = seed
        plan.heldOut = 0
        plan.warmStartPasses = 2
        plan.generator = Generator.Sizes(noise: 4, hidden: 8, channels: 4, lastChannels: 4)
        plan.metaTraining.learners = 2
        plan.metaTraining.metaBatch = 32
        return Teaching(Fixtures.fashionMNIST, try Fixtures.fashionSpace(side: 28, classes: 10), plan)
    }

    /// Counts steps, and says when there were enough.
    private final class Counter: @unchecked Sendable {
        let limit: Int
        var steps = 0
        init(_ limit: Int) { self.limit = limit }
        var isReached: Bool { steps >= limit }
    }

    @Test(arguments: [TeacherKind.distilled, .generative], [1, 3])
    func whatWasStoppedEndsByteIdentical(kind: TeacherKind, steps: Int) throws {
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

    /// A kill leaves the last checkpoint that was written on the way: here, after each step.
    @Test func everyCheckpointOnTheWayIsWhole() throws {
        let teaching = try Self.teaching(.distilled, metaSteps: 3)
        var checkpoints: [Data] = []
        let whole = try teaching.run(
            checkpoint: CheckpointFile(path: path("c"), resumes: false, interval: 0),
            onEvent: { [path = path("c")] event in
                // What is there when a step is told is the checkpoint after the one before.
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

    /// A distillation goes on likewise, and keeps what it measured before its first step.
    @Test func aDistillationThatWasStoppedEndsByteIdentical() throws {
        var plan = Distillation.Plan(initialization: .random, images: 20, steps: 2, epochs: 2, bound: .metaSteps(4))
        plan.networks = 2
        plan.hasBaselines = false
        plan.metaTraining.metaBatch = 32
        let space = ClassicNetwork.lenet.space
        let distillation = Distillation(Fixtures.fashionMNIST, space, try space.architecture(""), plan)
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

    @Test func anotherMetaTrainingIsRefused() throws {
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

    @Test func whatIsNoCheckpointIsRefused() throws {
        try Data("nothing".utf8).write(to: URL(fileURLWithPath: path("c")))
        #expect(throws: CheckpointError.self) { _ = try CheckpointFile(path: path("c"), resumes: true) }
        #expect(throws: Never.self) { _ = try CheckpointFile(path: path("none"), resumes: true) }
    }
}
