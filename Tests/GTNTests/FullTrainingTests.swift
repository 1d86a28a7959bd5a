import Foundation
import Networks
import SearchSpace
import Tensors
import TestSupport
import Testing

@testable import GTN

@Suite final class FullTrainingTests {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")

    init() throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    private func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    private static let architecture = "conv3x3.skip,conv1x1.avg3x3,sep3x3,max3x3"

    private static func training(
        epochs: Int? = 2, seconds: Double? = nil, seed: UInt64 = 3, workers: Int = 1,
        recipe: RealTraining.Recipe = FullTraining.Configuration.recipe(.crop)
    ) throws -> FullTraining {
        let space = try SearchSpace.load(path: Fixtures.root + "/SearchSpaces/fashion.space").with(settings: [("channels", "4")])
        var configuration = FullTraining.Configuration(epochs: epochs, seconds: seconds, recipe: recipe)
        (configuration.seed, configuration.workers) = (seed, workers)
        return FullTraining(Fixtures.fashionMNIST, space, try space.architecture(architecture), configuration)
    }

    /// Returns true after this many calls.
    private final class Counter: @unchecked Sendable {
        var asked = 0
        let limit: Int
        init(_ limit: Int) { self.limit = limit }
        func isReached() -> Bool {
            asked += 1
            return asked > limit
        }
    }

    @Test func learnsAndStoresTheNetwork() throws {
        let outcome = try #require(try Self.training(epochs: 4).run())
        let recipe = outcome.file.recipe
        #expect(recipe.accuracy > 0.5)
        #expect(recipe.accuracy == outcome.confusion.accuracy)
        #expect(recipe.curve.map(\.epoch) == [1, 2, 3, 4])
        #expect(recipe.curve[3].trainingLoss < recipe.curve[0].trainingLoss)
        // The whole training file except the `validate` split, which monitors progress.
        #expect(recipe.images == Fixtures.fashionMNIST.dataset.train.count - Fixtures.fashionMNIST.splits.validate.count)
        #expect(recipe.epochs == 4)
        #expect(recipe.seconds == nil)

        try outcome.file.write(to: path("m"))
        let read = try ModelFile(path: path("m"))
        #expect(read.recipe == recipe)
        let trained = read.trainedNetwork()
        // The stored network evaluates exactly as recorded.
        #expect(Fixtures.fashionMNIST.evaluation(of: trained, split: .test)?.confusion == outcome.confusion)
        let images = read.examples.images.tensor()
        #expect(images.shape == [32, 1, 28, 28])
        let normalized = (images.to(.float32) / 255 - recipe.mean[0]) / recipe.std[0]
        #expect((trained.logits(normalized) - read.examples.logits.tensor()).magnitude().max().item < 1e-4)
    }

    /// Interruptions in the first epoch, during its evaluation, and in the second epoch.
    @Test(arguments: [3, 42, 49, 60])
    func resumedTrainingIsByteIdentical(steps: Int) throws {
        try #require(try Self.training().run()).file.write(to: path("whole"))
        let counter = Counter(steps)
        #expect(
            try Self.training().run(checkpoint: CheckpointFile(path: path("c"), resumes: false), cancelled: counter.isReached)
                == nil)
        let resumed = try #require(try Self.training(workers: 2).run(checkpoint: CheckpointFile(path: path("c"), resumes: true)))
        try resumed.file.write(to: path("resumed"))
        #expect(FileManager.default.contents(atPath: path("whole")) == FileManager.default.contents(atPath: path("resumed")))
    }

    /// Without an average of iterates, the last iterate is evaluated.
    @Test func resumedTrainingWithoutRefinementsIsByteIdentical() throws {
        let training = try Self.training(epochs: 1, recipe: RealTraining.Recipe())
        try #require(try training.run()).file.write(to: path("whole"))
        let counter = Counter(9)
        #expect(try training.run(checkpoint: CheckpointFile(path: path("c"), resumes: false), cancelled: counter.isReached) == nil)
        try #require(try training.run(checkpoint: CheckpointFile(path: path("c"), resumes: true))).file.write(to: path("resumed"))
        #expect(FileManager.default.contents(atPath: path("whole")) == FileManager.default.contents(atPath: path("resumed")))
    }

    @Test func refusesCheckpointsOfOtherTrainings() throws {
        _ = try Self.training().run(checkpoint: CheckpointFile(path: path("c"), resumes: false), cancelled: Counter(2).isReached)
        for other in [try Self.training(epochs: 3), try Self.training(seed: 4), try Self.training(epochs: nil, seconds: 9)] {
            #expect(throws: CheckpointError.self) {
                _ = try other.run(checkpoint: CheckpointFile(path: self.path("c"), resumes: true))
            }
        }
        try Data("nothing".utf8).write(to: URL(fileURLWithPath: path("c")))
        #expect(throws: CheckpointError.self) { _ = try CheckpointFile(path: path("c"), resumes: true) }
    }

    /// A time bound ends the training, and the learning rate falls with the clock.
    @Test func respectsATimeBound() throws {
        var progress: [Double] = []
        let outcome = try #require(
            try Self.training(epochs: nil, seconds: 3).run(onEvent: { if case .step(let done, _, _) = $0 { progress.append(done) } }))
        #expect(outcome.seconds < 3 + loadAllowance)
        #expect(outcome.file.recipe.seconds == outcome.seconds)
        #expect(progress == progress.sorted())
        #expect(progress.last! > 0.8)
    }

    @Test func divergenceIsReported() throws {
        let space = try SearchSpace.parse(
            "space t image 1x28x28 classes 10 network { flatten > linear 64 > linear 64 > linear 64 > linear classes }", file: "t")
        var configuration = FullTraining.Configuration(epochs: 1, recipe: FullTraining.Configuration.recipe(.none))
        configuration.recipe.peakRate = 1e30
        let training = FullTraining(Fixtures.fashionMNIST, space, try space.architecture(""), configuration)
        #expect(throws: FullTraining.Divergence(epoch: 1, peakRate: 1e30)) { _ = try training.run() }
    }

    /// Incomplete files are refused with a message that names the missing part.
    @Test func refusesFilesThatAreNotModels() throws {
        #expect { try ModelFile(path: self.path("none")) } throws: {
            "\($0)".contains("no such file; give the path of a trained network, or train one")
        }
        try SafetensorsFile(tensors: ["a": TensorSnapshot(Tensor([Float(1)]))]).write(to: path("m"))
        #expect { try ModelFile(path: self.path("m")) } throws: { "\($0)".contains("not a trained network: its metadata are incomplete") }
        let whole = try #require(try Self.training(epochs: 1).run()).file
        try whole.write(to: path("m"))
        let file = try SafetensorsFile(path: path("m"))
        for (name, problem) in [
            ("stem/conv.weight", "tensor 'stem/conv.weight' is missing"), ("head/norm.mean", "tensor 'head/norm.mean' is missing"),
        ] {
            var broken = file
            broken.tensors[name] = nil
            try broken.write(to: path("broken"))
            #expect { try ModelFile(path: self.path("broken")) } throws: { "\($0)".contains(problem) }
        }
        var other = file
        other.metadata["architecture"] = "\"conv3x3\""
        try other.write(to: path("broken"))
        #expect { try ModelFile(path: self.path("broken")) } throws: { "\($0)".contains("its architecture cannot be built") }
        other.metadata["image"] = "[1,28]"
        try other.write(to: path("broken"))
        #expect(throws: ModelFile.ModelError.self) { try ModelFile(path: self.path("broken")) }
    }
}
