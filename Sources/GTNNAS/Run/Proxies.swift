import Datasets
import GTN
import Networks
import Search
import SearchSpace
import Tensors

/// Scores a candidate by its loss on real images after training on a teacher's curriculum.
struct CurriculumEvaluator: Evaluator {
    let space: SearchSpace
    let scorer: Scorer
    let normKind: NormKind

    func evaluate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Evaluation? {
        // libtorch keeps this number per thread, and workers have threads of their own.
        Runtime.threads = 1
        let network = Network(space.canonicalGraph(of: try space.architecture(candidate.architecture)), normKind: normKind)
        return scorer.score(network, seed: seed, shouldStop: { deadline.isReached }).map { result in
            Evaluation(
                score: result.score, accuracy: result.accuracy, loss: result.loss, steps: result.stepLosses.count, seconds: result.seconds,
                stepLosses: result.stepLosses)
        }
    }
}

/// Scores a candidate by what it costs: the baseline that a proxy must beat.
struct CostEvaluator: Evaluator {
    let cost: @Sendable (Candidate) -> Int

    func evaluate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) -> Evaluation? {
        Evaluation(score: Double(cost(candidate)), accuracy: nil, loss: nil, steps: 0, seconds: 0)
    }
}

/// Scores a candidate untrained.
struct ZeroCostEvaluator: Evaluator {
    /// A network that has no such score, or one that is no finite number.
    struct Undefined: Error, CustomStringConvertible {
        let score: ZeroCostScore
        var description: String { "\(score.rawValue) is not a finite number for this network" }
    }

    let space: SearchSpace
    let scorer: ZeroCostScorer

    func evaluate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Evaluation? {
        Runtime.threads = 1
        let clock = Stopwatch()
        let network = Network(space.canonicalGraph(of: try space.architecture(candidate.architecture)))
        guard let score = scorer.score(network, seed: seed) else { throw Undefined(score: scorer.score) }
        return Evaluation(score: score, accuracy: nil, loss: nil, steps: 0, seconds: clock.seconds)
    }
}

/// Trains a candidate on real images.
struct RealTrainingValidator: Validator {
    let space: SearchSpace
    let training: RealTraining
    let normKind: NormKind
    let epochs: Int
    /// The images of an epoch, by index into the training file.
    let images: [Int]

    func validate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Validation? {
        Runtime.threads = 1
        let network = Network(space.canonicalGraph(of: try space.architecture(candidate.architecture)), normKind: normKind)
        return training.train(network, epochs: epochs, on: images, seed: seed, shouldStop: { deadline.isReached }).map { result in
            Validation(
                accuracy: result.accuracy, loss: result.loss, epochs: epochs, images: images.count, seconds: result.seconds, seed: seed)
        }
    }
}
