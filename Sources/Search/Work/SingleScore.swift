import Basics
import Datasets
import GTN
import Networks
import ResultStore
import SearchSpace
import Tensors

/// The score of one architecture. With the same scoring, seed and teacher, a search gives the same score.
public struct SingleScore {
    public let candidate: Candidate
    public let scoring: Scoring
    /// Number of real images for accuracy and loss; nil if these are not measured.
    public let evaluatedImages: Int?
    private let task: LearningTask
    /// The space at the image size that the candidate is scored at.
    private let space: SearchSpace
    private let evaluator: any Evaluator
    private let normKind: NormKind
    private let seed: UInt64

    /// - Parameters:
    ///   - architecture: the architecture, in the space's own notation or its foreign one.
    ///   - space: the space at its file's image size.
    ///   - data: the data set, as in ``SearchRequest/data``.
    ///   - teacher: path of a teacher file; needed by scorings that train on a curriculum.
    ///   - request: the scoring; properties that are nil follow the teacher's recommendation.
    ///   - seed: seed of the run that would give the same score.
    ///   - device: where the candidate is trained.
    /// - Throws: an `InputMistake` for contradictory arguments and unusable files.
    public init(
        _ architecture: String, of space: SearchSpace, data: String, teacher: String?, scoring request: ScoringRequest, seed: UInt64,
        device: Device
    ) throws {
        var request = request
        let proxy = request.proxy ?? .curriculum
        request.proxy = proxy
        try request.check(makesTeacher: false)
        let needsTeacher = proxy.trained == .curriculum
        guard proxy != .aggregate else {
            throw InputError("\(setting: "proxy") aggregate ranks several candidates; a single one has no such score")
        }
        guard teacher != nil || !needsTeacher else {
            throw InputError(
                "\(setting: "proxy") \(proxy.rawValue) trains on a curriculum; give a teacher file with \(setting: "teacher")")
        }
        let file = needsTeacher ? try teacher.map(TeacherFile.init(path:)) : nil
        // As in a search, the splits are the teacher's, so that the candidate is evaluated on images that the teacher did not learn from.
        task = LearningTask(try Dataset.load(DatasetSpecification(parsing: data)), seed: file?.recipe.seed ?? seed)
        let full = try space.fitted(to: task)
        scoring = request.scoring(recommendation: file?.recipe.recommendation)
        try request.check(resolved: scoring)
        Runtime.start()
        normKind = file.flatMap { NormKind(rawValue: $0.recipe.normKind) } ?? .batch
        let chosen = try full.architecture(architecture)
        candidate = full.candidate(chosen, notation: architecture)
        self.seed = candidate.evaluationSeed(run: seed)
        let scale = try file.map { try ProxyScale(full, $0) } ?? ProxyScale(full, ProxyScale.sizes(full, task, data: data).last!)
        if case .curriculum(let training) = scoring, let file, let teacher {
            try scale.check(file, scores: task, by: training.criterion, path: teacher)
            if training.passes > 1 { try file.checkPasses(path: teacher) }
        }
        // Only scorings on a curriculum load the teacher, and these have one.
        let scaled = try scale.space(full, task)
        evaluator = try scoring.evaluator(scaled, scale.task(task), normKind: normKind, seed: seed, device: device) { file! }
        let onCurriculum = evaluator as? CurriculumEvaluator
        self.space = onCurriculum?.space ?? scaled
        evaluatedImages = onCurriculum.map(\.evaluatedImages) ?? (evaluator is RealImagesEvaluator ? task.splits.score.count : nil)
    }

    /// Scores the candidate.
    /// - Throws: an error if the score is undefined for the network.
    public func evaluate() throws -> Evaluation {
        try evaluator.evaluate(candidate, seed: seed, deadline: .unbounded())!
    }

    /// Returns a file with which another framework can repeat the first training and its evaluation: the initial parameters, and the
    /// tensor `score_indices` with the indices of the evaluation images.
    public func initialFile() throws -> SafetensorsFile {
        let network = try space.network(of: candidate, normKind)
        let pieces = network.layout.pieces(of: Scorer.initialParameters(network, seed: seed))
        var tensors = Dictionary(uniqueKeysWithValues: zip(network.layout.parameters, pieces).map { ($0.name, TensorSnapshot($1)) })
        tensors["score_indices"] = TensorSnapshot(Tensor(task.splits.score.map(Int64.init)))
        return SafetensorsFile(tensors: tensors)
    }
}
