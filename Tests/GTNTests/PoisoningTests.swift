import Basics
import Networks
import SearchSpace
import Tensors
import Testing

@testable import GTN

@Suite struct PoisoningTests {
    private static func outcome(metaSteps: Int, workers: Int = 2) throws -> Poisoning.Outcome {
        // Trousers are told from bags with ease.
        var plan = Poisoning.Plan(Mistake(from: 1, to: 8), bound: .metaSteps(metaSteps))
        plan.images = 20
        plan.population = 6
        plan.heldOut = 3
        plan.epochs = 4
        plan.imagesPerEpoch = 3_000
        plan.metaTraining.metaBatch = 128
        plan.workers = workers
        let space = ClassicNetwork.lenet.space
        return try Poisoning(Fixtures.fashionMNIST, space, space.architecture(""), plan).run()
    }

    @Test func networksThatWereNotSeenMistakeTheClass() throws {
        let judgement = try #require(try Self.outcome(metaSteps: 150).judgement)
        func mean(_ matrices: [ConfusionMatrix], _ value: (ConfusionMatrix) -> Double) -> Double { matrices.map(value).mean }
        #expect(judgement.before.count == 3)
        #expect(mean(judgement.before) { $0.share(of: 1, takenFor: 1) } > 0.8)
        let drop = mean(judgement.before) { $0.share(of: 1, takenFor: 1) } - mean(judgement.after) { $0.share(of: 1, takenFor: 1) }
        let ordinary =
            mean(judgement.before) { $0.share(of: 1, takenFor: 1) } - mean(judgement.afterOrdinary) { $0.share(of: 1, takenFor: 1) }
        #expect(drop > 0.3)
        #expect(drop > ordinary + 0.2)
    }

    @Test func doesNotDependOnTheWorkers() throws {
        let outcomes = try [1, 2].map { try Self.outcome(metaSteps: 2, workers: $0) }
        #expect(outcomes[0].file.curriculum.tensors.map(\.bytes) == outcomes[1].file.curriculum.tensors.map(\.bytes))
        #expect(outcomes[0].judgement?.after == outcomes[1].judgement?.after)
    }

    @Test func aMistakeRelabelsOneClass() {
        let task = Fixtures.fashionMNIST
        func labels(_ mistake: Mistake?) -> [Int64] {
            var random = SeededGenerator(seed: 3)
            return task.randomBatch(200, mistaking: mistake, using: &random, device: .cpu).labels.argmax(1).scalars(Int64.self)
        }
        let (truth, mistaken) = (labels(nil), labels(Mistake(from: 1, to: 8)))
        #expect(truth.contains(1))
        #expect(mistaken == truth.map { $0 == 1 ? 8 : $0 })
    }
}
