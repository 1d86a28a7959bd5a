import Basics
import Networks
import SearchSpace
import Tensors
import TestSupport
import Testing

@testable import GTN

@Suite struct PoisoningTests {
    private static func outcome(metaSteps: Int, workers: Int = 2) throws -> Poisoning.Outcome {
        // Trousers are easy to distinguish from bags.
        var configuration = Poisoning.Configuration(Mistake(from: 1, to: 8), bound: .metaSteps(metaSteps))
        configuration.images = 20
        configuration.population = 6
        configuration.heldOut = 3
        configuration.epochs = 4
        configuration.imagesPerEpoch = 3_000
        configuration.objective.metaBatch = 128
        configuration.workers = workers
        let space = ClassicNetwork.lenet.space
        return try Poisoning(Fixtures.fashionMNIST, space, space.architecture(""), configuration).run()
    }

    @Test(.slow) func heldOutNetworksMistakeTheClass() throws {
        let confusions = try #require(try Self.outcome(metaSteps: 150).confusions)
        func mean(_ matrices: [ConfusionMatrix], _ value: (ConfusionMatrix) -> Double) -> Double { matrices.map(value).mean }
        #expect(confusions.before.count == 3)
        #expect(mean(confusions.before) { $0.share(of: 1, takenFor: 1) } > 0.8)
        let drop = mean(confusions.before) { $0.share(of: 1, takenFor: 1) } - mean(confusions.after) { $0.share(of: 1, takenFor: 1) }
        let ordinary =
            mean(confusions.before) { $0.share(of: 1, takenFor: 1) } - mean(confusions.afterOrdinary) { $0.share(of: 1, takenFor: 1) }
        #expect(drop > 0.3)
        #expect(drop > ordinary + 0.2)
    }

    @Test(.slow) func doesNotDependOnTheWorkers() throws {
        let outcomes = try [1, 2].map { try Self.outcome(metaSteps: 2, workers: $0) }
        #expect(outcomes[0].file.curriculum.tensors.map(\.bytes) == outcomes[1].file.curriculum.tensors.map(\.bytes))
        #expect(outcomes[0].confusions?.after == outcomes[1].confusions?.after)
    }
}
