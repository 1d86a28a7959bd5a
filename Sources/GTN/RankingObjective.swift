import Basics
import Tensors

/// The objective of a given ranking: the losses on the last steps of the curriculum rank learners by their known accuracies
/// (`RankingLoss`).
///
/// It uses no real images. The ranked quantity is the score of ``ScoreCriterion/trainingLoss``.
public struct RankingObjective: MetaObjective, Hashable {
    /// Number of last steps whose mean training loss ranks a learner. The gradient flows through these steps only.
    public let lastSteps: Int

    public init(lastSteps: Int) {
        self.lastSteps = lastSteps
    }

    public func learnerLoss(steps: Int, on task: LearningTask, using random: inout SeededGenerator, device: Device) -> LearnerLoss {
        let weights = (0..<steps).map { $0 < steps - lastSteps ? 0 : 1 / Double(lastSteps) }
        return LearnerLoss(window: steps - lastSteps..<steps, loss: Adjoint.Objective(trainingWeights: weights))
    }

    /// - Precondition: every learner has a known accuracy.
    public func combination(of results: [LearnerResult]) -> GradientCombination {
        let ranking = RankingLoss(
            losses: results.map(\.loss), accuracies: results.map { $0.accuracy! },
            beside: results[0].besideLoss == nil ? nil : results.map { $0.besideLoss! })
        // Learners of equal accuracy or equal loss have no order to learn.
        guard let ranking else { return GradientCombination(loss: results.meanLoss, weights: nil) }
        // The order of two learners depends on the difference of their losses, so gradients keep their relative lengths. Only outliers are
        // cut.
        let medians = results[0].norms.indices.map { part in results.map { $0.norms[part] }.sorted()[results.count / 2] }
        let weights = results.indices.map { index in
            results[index].norms.indices.map { part in
                let (norm, median) = (results[index].norms[part], medians[part])
                guard median > 0 else { return 0.0 }
                let shortened = min(1, Self.outlier * median / max(norm, median)) / median
                return ranking.gradient[index] * ranking.deviation * Double(results.count) * shortened
            }
        }
        return GradientCombination(loss: ranking.value, weights: weights)
    }

    /// Gradients are cut at this multiple of the median norm.
    private static let outlier = 3.0
}
