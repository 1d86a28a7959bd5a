import Basics
import Foundation
import ResultStore
import Testing

@testable import Search

/// Messages between coordinator and workers, which are lines of JSON.
struct WorkerMessageTests {
    @Test func ordersRoundTrip() throws {
        for task in [
            CandidateTask.score(.curriculum(CurriculumScoring(passes: 16, criterion: .area)).part(3)), .score(.untrained(.nwot)),
            .validate(ValidationConfiguration(epochs: 3, images: 2_000)), .measurePace(atProxyScale: true),
        ] {
            let line = try WorkerLine.data(WorkOrder(task: task, candidate: candidate(3), seed: .max, secondsLeft: nil))
            #expect(line.last == WorkerLine.end && line.count { $0 == WorkerLine.end } == 1)
            let order = try WorkerLine.decode(WorkOrder.self, line.dropLast())
            #expect(order.task == task && order.candidate == candidate(3) && order.seed == .max && order.secondsLeft == nil)
        }
    }

    /// JSON has no infinite or NaN numbers, but losses of networks that diverge are.
    @Test func lossesThatAreNotFiniteRoundTrip() throws {
        let evaluation = Evaluation(score: -1e6, accuracy: 0.1, loss: .infinity, steps: 2, seconds: 1, stepLosses: [2.5, .nan])
        let line = try WorkerLine.data(WorkReply.result(.evaluation(evaluation)))
        guard case .result(.evaluation(let read)) = try WorkerLine.decode(WorkReply.self, line.dropLast()) else {
            Issue.record("another reply")
            return
        }
        #expect(read.loss == .infinity && read.stepLosses[0] == 2.5 && read.stepLosses[1].isNaN)
    }

    @Test func refusalsSayWhetherTheUserCanFixThem() throws {
        func refusal(_ error: any Error) -> (UserMessage, Bool)? {
            if case .refusal(let reason, let isInput) = WorkReply.refusal(of: error) { (reason, isInput) } else { nil }
        }
        #expect(try #require(refusal(InputError("no teacher"))) == ("no teacher", true))
        #expect(try #require(refusal(FakeError(description: "bad"))) == ("bad", false))
        #expect(try #require(refusal(CannotWork(reason: "no memory", isInput: false))) == ("no memory", false))
    }
}
