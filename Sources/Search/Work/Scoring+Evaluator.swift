import Basics
import GTN
import Networks
import SearchSpace
import Tensors

extension Scoring {
    /// Returns the evaluator of this scoring.
    ///
    /// - Parameters:
    ///   - space: the space at the image size of the task.
    ///   - task: the data set.
    ///   - normKind: the kind of normalization layers of trained networks.
    ///   - seed: the run's seed; it selects the batch of untrained scores.
    ///   - device: where candidates are trained.
    ///   - teacher: loads the teacher; called only by scorings that train on a curriculum.
    /// - Throws: `InputError` for a rank sum, which is undefined for a single candidate.
    func evaluator(
        _ space: SearchSpace, _ task: LearningTask, normKind: NormKind, seed: UInt64, device: Device, teacher: () throws -> TeacherFile
    ) throws -> any Evaluator {
        switch self {
        case .curriculum(let training):
            try CurriculumEvaluator(training, space, teacher(), task, normKind: normKind, device: device)
        case .realImages(let training):
            RealImagesEvaluator(
                space: space, training: RealTraining(task, recipe: RealImagesEvaluator.recipe, device: device), normKind: normKind,
                scoring: training)
        case .untrained(let score): UntrainedEvaluator(space: space, scorer: UntrainedScorer(score, task, seed: seed))
        case .cost(let cost): CostEvaluator(cost: cost)
        case .aggregate(let members):
            AggregateEvaluator(
                members: try members.map {
                    (
                        scoring: $0,
                        evaluator: try $0.evaluator(space, task, normKind: normKind, seed: seed, device: device, teacher: teacher)
                    )
                })
        case .rankSum: throw InputError("\(setting: "proxy") \(name) ranks several candidates; a single one has no such score")
        }
    }
}
