import Basics
import Datasets
import GTN
import Networks
import ResultStore
import SearchSpace
import Tensors

/// The score of one architecture: with the same scoring, seed and teacher, the one that a search gives it.
public struct SingleScore {
    public let candidate: Candidate
    public let scoring: Scoring
    /// Real images that accuracy and loss are measured on; nil where they are not.
    public let evaluatedImages: Int?
    private let task: LearningTask
    /// At the size that the candidate is scored at.
    private let space: SearchSpace
    private let evaluator: any Evaluator
    private let normKind: NormKind
    private let seed: UInt64

    /// - Parameters:
    ///   - architecture: in the space's own notation or its foreign one.
    ///   - space: at the file's own image size.
    ///   - data: as in ``SearchRequest/data``.
    ///   - teacher: path of a teacher file, for scorings that train on a curriculum.
    ///   - request: what is left open is as the teacher recommends.
    ///   - seed: of the run that would give the score.
    ///   - device: where the candidate is trained.
    /// - Throws: an `InputMistake` where these do not fit together.
    public init(
        _ architecture: String, of space: SearchSpace, data: String, teacher: String?, scoring request: ScoringRequest, seed: UInt64,
        device: Device
    ) throws {
        try request.check(makesTeacher: false)
        let needsTeacher = request.proxy.trained == .curriculum
        guard teacher != nil || !needsTeacher else {
            throw InputError(
                "\(setting: "proxy") \(request.proxy.rawValue) trains on a curriculum: name a teacher with \(setting: "teacher")")
        }
        let file = needsTeacher ? try teacher.map(TeacherFile.init(path:)) : nil
        // As in a search: the split is the teacher's, so that no image that it learned from evaluates.
        task = LearningTask(try Dataset.load(DatasetSpecification(parsing: data)), seed: file?.recipe.seed ?? seed)
        let full = try space.fitted(to: task)
        scoring = request.scoring(recommendation: file?.recipe.recommendation)
        try request.check(resolved: scoring)
        Runtime.start()
        normKind = file.flatMap { NormKind(rawValue: $0.recipe.normKind) } ?? .batch
        let chosen = try full.architecture(architecture)
        candidate = full.candidate(chosen, notation: architecture)
        self.seed = candidate.evaluationSeed(run: seed)
        if case .curriculum(let training) = scoring, let file, let teacher {
            try file.check(scores: task, by: training.criterion, path: teacher)
            if training.passes > 1 { try file.checkPasses(path: teacher) }
        }
        // Only a scoring on a curriculum reads it, and that has one.
        evaluator = try scoring.evaluator(full, task, normKind: normKind, seed: seed, device: device) { file! }
        let onCurriculum = evaluator as? CurriculumEvaluator
        self.space = onCurriculum?.space ?? full
        evaluatedImages = onCurriculum.map(\.evaluatedImages) ?? (evaluator is RealImagesEvaluator ? task.splits.score.count : nil)
    }

    /// - Throws: where the network has no such score.
    public func evaluate() throws -> Evaluation {
        try evaluator.evaluate(candidate, seed: seed, deadline: .unbounded())!
    }

    /// What another framework needs to repeat the first training and its evaluation: the initial parameters, and `score_indices`.
    public func initialFile() throws -> SafetensorsFile {
        let network = try space.network(of: candidate, normKind)
        let pieces = network.layout.pieces(of: Scorer.initialParameters(network, seed: seed))
        var tensors = Dictionary(uniqueKeysWithValues: zip(network.layout.parameters, pieces).map { ($0.name, TensorSnapshot($1)) })
        tensors["score_indices"] = TensorSnapshot(Tensor(task.splits.score.map(Int64.init)))
        return SafetensorsFile(tensors: tensors)
    }
}
