import Basics
import ResultStore

/// An evaluator that scores candidates by their cost: a baseline for proxies.
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
