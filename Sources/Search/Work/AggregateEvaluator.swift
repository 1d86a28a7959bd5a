import Basics
import ResultStore

/// An evaluator that gives a candidate the scores of all members of an aggregate. The first member's evaluation carries the others.
struct AggregateEvaluator: Evaluator {
    let members: [(scoring: Scoring, evaluator: any Evaluator)]

    /// - Returns: nil if the deadline was reached first.
    /// - Throws: errors of the first member. A score of another member that is undefined is recorded as such.
    func evaluate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Evaluation? {
        guard var first = try members[0].evaluator.evaluate(candidate, seed: seed, deadline: deadline) else { return nil }
        for (scoring, evaluator) in members.dropFirst() where !scoring.isFree {
            if deadline.isReached { return nil }
            let clock = Stopwatch()
            do {
                guard let evaluation = try evaluator.evaluate(candidate, seed: seed, deadline: deadline) else { return nil }
                first.others.append(OtherScore(scoring: scoring.description, score: evaluation.score, seconds: clock.seconds))
            } catch let undefined as UntrainedEvaluator.Undefined {
                first.others.append(OtherScore(scoring: scoring.description, failure: "\(undefined)", seconds: clock.seconds))
            }
        }
        return first
    }
}
