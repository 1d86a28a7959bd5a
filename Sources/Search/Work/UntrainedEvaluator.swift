import Basics
import GTN
import ResultStore
import SearchSpace

/// An evaluator that scores untrained candidates.
struct UntrainedEvaluator: Evaluator {
    /// The error of a network whose score is undefined or not finite.
    struct Undefined: Error, CustomStringConvertible {
        let score: UntrainedScore
        var description: String { "\(score.rawValue) is not a finite number for this network" }
    }

    let space: SearchSpace
    let scorer: UntrainedScorer

    func evaluate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Evaluation? {
        let clock = Stopwatch()
        // A gradient with respect to an image that is not used does not exist.
        let (scaled, architecture) = try space.resolved(candidate)
        guard scaled.totals(of: architecture).readsItsInput else { throw Undefined(score: scorer.score) }
        let network = try space.network(of: candidate)
        guard let score = scorer.score(network, seed: seed) else { throw Undefined(score: scorer.score) }
        return Evaluation(score: score, seconds: clock.seconds)
    }
}
