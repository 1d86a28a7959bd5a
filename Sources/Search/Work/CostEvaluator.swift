import Basics
import ResultStore

/// Scores a candidate by what it costs: the baseline that a proxy must beat.
struct CostEvaluator: Evaluator {
    let cost: Scoring.Cost

    func evaluate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) -> Evaluation? {
        Evaluation(score: Double(cost.of(candidate)), seconds: 0)
    }
}

extension Scoring.Cost {
    func of(_ candidate: Candidate) -> Int {
        switch self {
        case .parameters: candidate.parameters
        case .macs: candidate.macs
        }
    }
}
