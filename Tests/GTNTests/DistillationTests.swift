import Networks
import SearchSpace
import Tensors
import TestSupport
import Testing

@testable import GTN

@Suite struct DistillationTests {
    private static func distillation(
        _ initialization: Distillation.Initialization, metaSteps: Int, workers: Int = 2,
        _ change: (inout Distillation.Configuration) -> Void = { _ in }
    ) throws -> Distillation {
        let isFixed = initialization == .fixed
        var configuration = Distillation.Configuration(
            initialization: initialization, images: isFixed ? 10 : 20, steps: isFixed ? 1 : 2, epochs: isFixed ? 1 : 2,
            bound: .metaSteps(metaSteps))
        configuration.workers = workers
        configuration.networks = 4
        configuration.hasBaselines = false
        configuration.objective.metaBatch = 128
        change(&configuration)
        let space = ClassicNetwork.lenet.space
        return Distillation(Fixtures.fashionMNIST, space, try space.architecture(""), configuration)
    }

    /// For a network with known parameters, ten images and one step raise the accuracy from chance to more than half.
    @Test(.slow) func oneStepTeachesAFixedInitialization() throws {
        let outcome = try Self.distillation(.fixed, metaSteps: 250).run()
        #expect(outcome.accuracies.count == 1)
        #expect(outcome.initialAccuracies[0] < 0.3)
        #expect(outcome.accuracies[0] > 0.5)
    }

    @Test func theFileReproducesTheFixedInitialization() throws {
        let outcome = try Self.distillation(.fixed, metaSteps: 20).run()
        let network = Network(ClassicNetwork.lenet.space.canonicalGraph(of: try ClassicNetwork.lenet.space.architecture("")))
        let pieces = try network.layout.parameters.map { try #require(outcome.file.values["initial.\($0.name)"]).tensor() }
        let trained = InnerLoop(network).train(network.layout.flat(pieces, like: pieces[0]), on: outcome.file.curriculum.curriculum())
        let again = try #require(
            Fixtures.fashionMNIST.evaluation(
                of: network, trained.parameters, calibrationIndices: outcome.file.calibrationIndices, split: .test))
        #expect(again.accuracy == outcome.accuracies[0])
        #expect(outcome.file.recipe.distillation?.initialization == .fixed)
    }

    @Test func doesNotDependOnTheWorkers() throws {
        let files = try [1, 2].map { try Self.distillation(.random, metaSteps: 3, workers: $0).run() }
        #expect(files[0].file.curriculum.tensors.map(\.bytes) == files[1].file.curriculum.tensors.map(\.bytes))
        #expect(files[0].accuracies == files[1].accuracies)
        #expect(files[0].accuracies.count == 4)
    }

    /// Hard labels stay unchanged, learned labels change, and a noise start contains no image.
    @Test func labelsAndStart() throws {
        let hard = try Self.distillation(.random, metaSteps: 2).run().file.curriculum.curriculum()
        #expect(Set(hard.labels.doubles) == [0, 1])
        #expect(hard.momentum.doubles.allSatisfy { $0 == 0 })
        let soft = try Self.distillation(.random, metaSteps: 2) {
            $0.learnsLabels = true
            $0.start = .noise
        }.run().file.curriculum.curriculum()
        #expect(Set(soft.labels.doubles).count > 2)
        #expect((soft.images[0] - hard.images[0]).power(2).mean().item > 0.5)
    }

    @Test(.slow) func measuresAllBaselines() throws {
        let outcome = try Self.distillation(.random, metaSteps: 0) { $0.hasBaselines = true }.run()
        #expect(
            outcome.baselines.map(\.name) == ["average_real", "k_means", "nearest_neighbor_of_k_means", "optimized_real", "random_real"])
        let means = Dictionary(uniqueKeysWithValues: outcome.baselines.map { ($0.name, $0.accuracies.mean) })
        // Two clusters per class identify the class of most garments; chance is 0.1.
        #expect(means["nearest_neighbor_of_k_means"]! > 0.6)
        #expect(means.values.allSatisfy { $0 > 0.1 })
        #expect(outcome.baselines.allSatisfy { ($0.learningRate == nil) == ($0.name == "nearest_neighbor_of_k_means") })
    }
}
