import Basics
import Foundation
import GTN
import Networks
import ResultStore
import SearchSpace

/// An evaluator that scores candidates by a short training on real images, with the learning rate annealed to zero: the baseline for
/// curricula.
struct RealImagesEvaluator: Evaluator {
    /// The peak learning rate is higher than in validation: small networks tolerate it in a short annealed training.
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
    let scoring: RealImagesScoring

    func evaluate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Evaluation? {
        let network = try space.network(of: candidate, normKind)
        let clock = Stopwatch()
        guard let steps = steps(network, until: deadline) else { return nil }
        return training.train(network, epochs: 1, on: images(steps, seed), seed: seed, split: .score, shouldStop: { deadline.isReached })
            .map { result in
                // Every image is seen once, so the training is a single epoch, recorded by its mean loss.
                let score = scoring.criterion.score(accuracy: result.accuracy, loss: result.loss, stepLosses: result.epochLosses, pass: 1)
                return Evaluation(score: score, accuracy: result.accuracy, loss: result.loss, steps: steps, seconds: clock.seconds)
            }
    }

    private func images(_ steps: Int, _ seed: UInt64) -> [Int] {
        var random = SeedStream.shortTrainings.generator(seed)
        return training.task.evenIndices(steps * training.recipe.batch, using: &random)
    }

    private func steps(_ network: Network, until deadline: Deadline) -> Int? {
        switch scoring.length {
        case .steps(let steps): return (steps + scoring.divisor - 1) / scoring.divisor
        case .seconds(let seconds):
            // The first step is a warm-up and does not count.
            let clock = Stopwatch()
            var marks: [Double] = []
            _ = training.train(network, epochs: 1, on: images(Self.fewestSteps, 0), seed: 0, split: .score) {
                marks.append(clock.seconds)
                return marks.count > Self.fewestSteps - 1 || deadline.isReached
            }
            guard marks.count > 2, !deadline.isReached else { return nil }
            let pace = (marks.last! - marks[1]) / Double(marks.count - 2)
            return max(Self.fewestSteps, Int(seconds / Double(scoring.divisor) / pace))
        }
    }
}
