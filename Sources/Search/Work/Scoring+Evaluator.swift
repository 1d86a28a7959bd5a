import Basics
import GTN
import Networks
import SearchSpace
import Tensors

extension Scoring {
    /// What scores candidates so.
    ///
    /// - Parameters:
    ///   - space: for the images of the task.
    ///   - task: the data.
    ///   - normKind: of the trained networks.
    ///   - seed: the run's: it chooses the batch of untrained scores.
    ///   - device: where candidates are trained.
    ///   - teacher: read only by scorings that train on its curriculum.
    /// - Throws: `InputError` for a rank sum, which ranks many candidates.
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
        case .rankSum: throw InputError("\(setting: "proxy") \(name) ranks many candidates; one has no such score")
        }
    }
}
