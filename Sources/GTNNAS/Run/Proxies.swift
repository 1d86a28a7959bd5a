import Basics
import Datasets
import GTN
import Networks
import Search
import SearchSpace
import Tensors

extension SearchSpace {
    /// A candidate's network, for the worker that asks: its thread does all of the work. libtorch keeps this number per thread, and workers have
    /// threads of their own.
    func network(of candidate: Candidate, _ normKind: NormKind = .batch) throws -> Network {
        Runtime.threads = 1
        return Network(canonicalGraph(of: try architecture(candidate.architecture)), normKind: normKind)
    }
}

/// Scores a candidate by a training on a teacher's curriculum, or by the mean of several from other initial parameters.
struct CurriculumEvaluator: Evaluator {
    let space: SearchSpace
    let scorer: Scorer
    let normKind: NormKind
    let criterion: ScoreCriterion
    /// Steps in which the curriculum is gone through once.
    let pass: Int
    /// K, the number of trainings.
    let initializations: Int
    /// Whether accuracy and loss on real images are measured where they are no part of the score, to be shown.
    let shows: Bool
    /// Images for that: enough to show, in a tenth of the time.
    private static let shownImages = 500

    private struct Training {
        let accuracy: Double?
        let loss: Double?
        let stepLosses: [Double]
        let seconds: Double
    }

    func evaluate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Evaluation? {
        let network = try space.network(of: candidate, normKind)
        var trainings: [Training] = []
        for repetition in 0..<initializations {
            // One training has the seed itself, as has the first of several.
            let seed = repetition == 0 ? seed : SeedStream.furtherInitializations.seed(seed, UInt64(repetition))
            guard let training = train(network, seed: seed, until: deadline) else { return nil }
            trainings.append(training)
        }
        func mean(_ value: (Training) -> Double?) -> Double? {
            let values = trainings.compactMap(value)
            return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
        return Evaluation(
            score: mean { criterion.score(accuracy: $0.accuracy, loss: $0.loss, stepLosses: $0.stepLosses, pass: pass) }!,
            accuracy: mean(\.accuracy), loss: mean(\.loss), steps: trainings[0].stepLosses.count,
            seconds: trainings.reduce(0) { $0 + $1.seconds },
            stepLosses: trainings[0].stepLosses.indices.map { step in mean { $0.stepLosses[step] }! })
    }

    private func train(_ network: Network, seed: UInt64, until deadline: Deadline) -> Training? {
        guard criterion.judges || shows else {
            return scorer.fit(network, seed: seed, shouldStop: { deadline.isReached })
                .map { Training(accuracy: nil, loss: nil, stepLosses: $0.stepLosses, seconds: $0.seconds) }
        }
        return scorer.score(
            network, seed: seed, judge: criterion.judges ? .score : .quick(Self.shownImages), shouldStop: { deadline.isReached }
        )
        .map { Training(accuracy: $0.accuracy, loss: $0.loss, stepLosses: $0.stepLosses, seconds: $0.seconds) }
    }
}

/// Scores a candidate by its loss after a short training on real images, the rate annealed to zero within it: the rival of curricula.
struct RealDataEvaluator: Evaluator {
    enum Length: Sendable {
        case steps(Int)
        /// As many steps as fit into this time on this machine.
        case seconds(Double)
    }

    /// Annealed to the end, small networks bear a larger rate than in the long trainings that validate.
    static let recipe: RealTraining.Recipe = {
        var recipe = RealTraining.Recipe()
        recipe.batch = 64
        recipe.peakRate = 0.3
        return recipe
    }()
    private static let fewestSteps = 5

    let space: SearchSpace
    let training: RealTraining
    let normKind: NormKind
    let length: Length
    let criterion: ScoreCriterion

    func evaluate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Evaluation? {
        let network = try space.network(of: candidate, normKind)
        let clock = Stopwatch()
        guard let steps = steps(network, until: deadline) else { return nil }
        return training.train(network, epochs: 1, on: images(steps, seed), seed: seed, judge: .score, shouldStop: { deadline.isReached })
            .map { result in
                // Every image is seen once: the pass is the whole training, of which the mean loss is kept.
                let score = criterion.score(accuracy: result.accuracy, loss: result.loss, stepLosses: result.epochLosses, pass: 1)
                return Evaluation(score: score, accuracy: result.accuracy, loss: result.loss, steps: steps, seconds: clock.seconds)
            }
    }

    private func images(_ steps: Int, _ seed: UInt64) -> [Int] {
        var random = SeedStream.shortTrainings.generator(seed)
        return training.task.evenIndices(steps * training.recipe.batch, using: &random)
    }

    private func steps(_ network: Network, until deadline: Deadline) -> Int? {
        switch length {
        case .steps(let steps): return steps
        case .seconds(let seconds):
            // The first step warms the caches up and does not count.
            let clock = Stopwatch()
            var marks: [Double] = []
            _ = training.train(network, epochs: 1, on: images(Self.fewestSteps, 0), seed: 0, judge: .score) {
                marks.append(clock.seconds)
                return marks.count > Self.fewestSteps - 1 || deadline.isReached
            }
            guard marks.count > 2, !deadline.isReached else { return nil }
            return max(Self.fewestSteps, Int(seconds / ((marks.last! - marks[1]) / Double(marks.count - 2))))
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
        let clock = Stopwatch()
        let network = try space.network(of: candidate)
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
        let network = try space.network(of: candidate, normKind)
        return training.train(network, epochs: epochs, on: images, seed: seed, shouldStop: { deadline.isReached }).map { result in
            Validation(
                accuracy: result.accuracy, loss: result.loss, epochs: epochs, images: images.count, seconds: result.seconds, seed: seed)
        }
    }
}
