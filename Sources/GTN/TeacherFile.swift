import Basics
import Datasets
import Networks
import SearchSpace
import Tensors

/// How a teacher was made; stored with the teacher.
public struct TeacherRecipe: Sendable, Codable, Hashable {
    public var kind: TeacherKind
    /// The order of a generative teacher's curriculum.
    public var curriculum: CurriculumOrder?
    public var steps: Int
    public var batch: Int
    public var dataset: String
    public var datasetHash: String
    /// `Dataset.sourceHash` if the images were resized.
    public var sourceHash: String?
    /// Mean of each channel, for pixels in [0, 1]. Images are (pixel − mean) / std.
    public var mean: [Double]
    public var std: [Double]
    public var space: String
    public var spaceHash: String
    public var spaceSettings: [String: Int]
    public var normKind: String
    public var optimizer: InnerOptimizer
    public var metaSteps: Int
    public var learnersPerMetaStep: Int
    public var metaLearningRate: Double
    /// The initial learning rates and momenta of a learned schedule.
    public var initialSchedule: InitialSchedule?
    /// The most typical share of each class that the initial images were taken from.
    public var typical: Double?
    public var generator: Generator.Sizes?
    /// Maximum number of steps through which learners' gradients flowed; nil for all.
    public var window: Int?
    /// Number of passes that the stored curriculum contains. Their learning rates are computed, not learned. nil for the learned
    /// curriculum.
    public var passes: Int?
    /// The measured best scoring on this teacher; nil for one pass, scored by the loss.
    public var recommendation: ScoringRecommendation?
    /// Number of architectures that a ranking teacher learned to rank; nil for other teachers.
    public var pilot: Int?
    /// The proxy whose scores ordered these architectures; nil if accuracies after full training did.
    public var pilotProxy: String?
    /// Whether the teacher learned to rank in combination with the number of parameters.
    public var besideParameters: Bool?
    public var seed: UInt64
    /// Seconds of the job; nil for count-bounded meta-training, so that the same work gives the same file.
    public var elapsedSeconds: Double?
    public var learnerAccuracy: Double?
    public var realDataAccuracy: Double?
    public var realDataAccuracyLearnedSchedule: Double?
    /// The recipe of images distilled for one architecture.
    public var distillation: DistillationRecipe?
    /// The mistake that the images were made to cause.
    public var mistake: Mistake?
    public var versions: [String: String]

    /// Keys of the file's metadata, which predate some names here.
    private enum CodingKeys: String, CodingKey {
        case kind, curriculum, steps, batch, dataset, datasetHash, sourceHash, mean, std, space, spaceHash, spaceSettings, normKind,
            optimizer
        case metaSteps, learnersPerMetaStep, metaLearningRate, initialSchedule, typical, generator, window
        case passes = "replays"
        case recommendation = "advice"
        case pilot, pilotProxy, besideParameters, seed, elapsedSeconds, learnerAccuracy, realDataAccuracy, realDataAccuracyLearnedSchedule
        case distillation, mistake, versions
    }

    public struct DistillationRecipe: Sendable, Codable, Hashable {
        public var initialization: Distillation.Initialization
        public var architecture: String
        public var epochs: Int
        public var learnsLabels: Bool
        public var start: Distillation.ImageStart
    }
}

extension TeacherRecipe {
    /// Creates the part of a recipe that describes task, space and meta-training.
    init(
        _ kind: TeacherKind, steps: Int, batch: Int, _ task: LearningTask, _ space: SearchSpace, _ normKind: NormKind,
        _ settings: MetaTraining.Settings, _ schedule: InitialSchedule?, seed: UInt64, metaSteps: Int, _ bound: MetaTraining.Bound,
        elapsed: Double
    ) {
        self.init(
            kind: kind, steps: steps, batch: batch, dataset: task.dataset.name, datasetHash: task.dataset.hash,
            sourceHash: task.dataset.sourceHash == task.dataset.hash ? nil : task.dataset.sourceHash, mean: task.normalization.mean,
            std: task.normalization.standardDeviation, space: space.name, spaceHash: space.contentHash,
            spaceSettings: Dictionary(uniqueKeysWithValues: space.settings.map { ($0.name, $0.value) }), normKind: normKind.rawValue,
            optimizer: schedule?.optimizer ?? .sgd, metaSteps: metaSteps, learnersPerMetaStep: settings.learners,
            metaLearningRate: settings.learningRate,
            initialSchedule: schedule, seed: seed, elapsedSeconds: bound.budget == nil ? nil : elapsed,
            versions: ["libtorch": Runtime.libtorchVersion, "instructions": Network.instructions])
    }
}

/// A teacher in a file: the curriculum as plain tensors on which any framework can train, and its recipe.
public struct TeacherFile: Sendable {
    public var curriculum: Curriculum.Snapshot
    public var calibrationIndices: [Int]
    /// The teacher's learned tensors, by name.
    public var values: [String: TensorSnapshot]
    public var recipe: TeacherRecipe

    public init(curriculum: Curriculum.Snapshot, calibrationIndices: [Int], values: [String: TensorSnapshot], recipe: TeacherRecipe) {
        self.curriculum = curriculum
        self.calibrationIndices = calibrationIndices
        self.values = values
        self.recipe = recipe
    }

    /// An error: a file is not a teacher file, or the teacher does not fit the task.
    public struct TeacherError: InputMistake, Hashable {
        public let path: String
        public let problem: String
        public let remedy: String
        public var description: String { "\(path): \(problem); \(remedy)" }
    }

    /// The curriculum's tensors and their numbers of axes. Optimizers with a second moment have one more tensor.
    private static func curriculumParts(_ optimizer: InnerOptimizer) -> [(name: String, axes: Int)] {
        [("images", 5), ("labels", 3), ("learning_rate", 1), ("momentum", 1)]
            + (optimizer.hasSecondMoment ? [("second_moment_decay", 1)] : [])
    }

    public func write(to path: String) throws {
        var tensors = values
        for (part, tensor) in zip(Self.curriculumParts(curriculum.optimizer), curriculum.tensors) { tensors[part.name] = tensor }
        tensors["calibration_indices"] = TensorSnapshot(Tensor(calibrationIndices.map(Int64.init)))
        let metadata = try FileMetadata.texts(of: recipe)
        try SafetensorsFile(tensors: tensors, metadata: metadata).write(to: path)
    }

    public init(path: String) throws {
        let remedy = "give the path of a teacher file, or meta-train a teacher"
        let file: SafetensorsFile
        do { file = try SafetensorsFile(path: path) } catch { throw TeacherError(path: path, problem: error.problem, remedy: remedy) }
        func refuse(_ problem: String) -> TeacherError {
            TeacherError(path: path, problem: "not a teacher file: \(problem)", remedy: remedy)
        }

        do {
            recipe = try FileMetadata.value(TeacherRecipe.self, of: file.metadata)
        } catch {
            throw refuse("its metadata are incomplete (\(error))")
        }
        let names = Self.curriculumParts(recipe.optimizer)
        var parts: [TensorSnapshot] = []
        for (name, axes) in names {
            guard let tensor = file.tensors[name] else { throw refuse("it has no tensor '\(name)'") }
            guard tensor.shape.count == axes, tensor.type == .float32 else {
                throw refuse("tensor '\(name)' is \(tensor.type) of shape \(tensor.shape), expected float32 with \(axes) axes")
            }
            parts.append(tensor)
        }
        let steps = parts[0].shape[0]
        guard steps > 0, parts.allSatisfy({ $0.shape[0] == steps }), parts[1].shape[1] == parts[0].shape[1] else {
            throw refuse("its tensors disagree on the number of steps or images")
        }
        guard let calibration = file.tensors["calibration_indices"], calibration.type == .int64 else {
            throw refuse("it has no int64 tensor 'calibration_indices'")
        }
        curriculum = Curriculum.Snapshot(tensors: parts, optimizer: recipe.optimizer)
        calibrationIndices = calibration.tensor().scalars(Int64.self).map(Int.init)
        values = file.tensors.filter { tensor in !names.contains { $0.name == tensor.key } && tensor.key != "calibration_indices" }
    }

    /// Channels, height and width of the images.
    public var imageShape: [Int] { Array(curriculum.tensors[0].shape[2...]) }

    /// Checks that candidates for a task can be scored with this teacher.
    ///
    /// If the score needs no real images, the teacher's images may differ in size from the task's, because a network's fit is informative
    /// at any size. Both must come from the same data set.
    public func check(scores task: LearningTask, by criterion: ScoreCriterion, path: String) throws(TeacherError) {
        guard imageShape != task.imageShape, imageShape[0] == task.imageShape[0], recipe.pilot != nil else {
            return try check(fits: task, path: path)
        }
        guard !criterion.needsEvaluation else {
            let isRecommended = recipe.recommendation.map { !$0.criterion.needsEvaluation } ?? false
            throw TeacherError(
                path: path,
                problem:
                    """
                    networks trained on its \(Self.text(imageShape)) images cannot be evaluated on real images of \
                    \(Self.text(task.imageShape))
                    """,
                remedy:
                    "\(isRecommended ? "use its recommended scoring" : "score by training-loss"), or resize the data set with \(sizeText)")
        }
        try check(content: task, path: path)
    }

    private static func text(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "x") }

    /// The image size as in `@14x14`.
    private var sizeText: String { "@\(imageShape[1])x\(imageShape[2])" }

    private static let remedy = "meta-train a teacher for this data set, or use the data set it was made for"

    /// Checks that the teacher fits a task: image size, classes, and the data set that its calibration images index.
    public func check(fits task: LearningTask, path: String) throws(TeacherError) {
        guard imageShape == task.imageShape else {
            let isOfSameName = recipe.dataset == task.dataset.name && imageShape[0] == task.imageShape[0]
            throw TeacherError(
                path: path,
                problem: "its images are \(Self.text(imageShape)), those of \(task.dataset.name) are \(Self.text(task.imageShape))",
                remedy: Self.remedy + (isOfSameName ? ", resized with \(sizeText)" : ""))
        }
        try check(content: task, path: path)
    }

    private func check(content task: LearningTask, path: String) throws(TeacherError) {
        let labels = curriculum.tensors[1].shape
        guard labels[2] == task.classes else {
            throw TeacherError(
                path: path, problem: "it teaches \(labels[2]) classes, but \(task.dataset.name) has \(task.classes)", remedy: Self.remedy)
        }
        guard recipe.datasetHash == task.dataset.hash || (recipe.sourceHash ?? recipe.datasetHash) == task.dataset.sourceHash else {
            throw TeacherError(
                path: path, problem: "it was made for \(recipe.dataset), whose content differs from this \(task.dataset.name)",
                remedy: Self.remedy)
        }
    }
}
