import Basics
import Tensors
import Testing

@testable import GTN

@Suite struct MistakeObjectiveTests {
    @Test func relabelsOneClass() throws {
        func labels(_ objective: any MetaObjective) throws -> [Int64] {
            var random = SeededGenerator(seed: 3)
            let loss = objective.learnerLoss(steps: 2, on: Fixtures.fashionMNIST, using: &random, device: .cpu).loss
            #expect(loss.weights == [0, 1])
            return try #require(loss.batch).labels.argmax(1).scalars(Int64.self)
        }
        let truth = try labels(RealLossObjective(metaBatch: 200))
        let mistaken = try labels(MistakeObjective(Mistake(from: 1, to: 8), metaBatch: 200))
        #expect(truth.contains(1))
        #expect(mistaken == truth.map { $0 == 1 ? 8 : $0 })
    }
}
