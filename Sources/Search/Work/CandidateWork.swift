import Basics
import Foundation
import GTN
import Networks
import ResultStore
import SearchSpace
import Synchronization
import Tensors

/// An executor in this process. Worker processes use it, too, so that results are the same everywhere. It is safe to use from several
/// threads at the same time.
public final class CandidateWork: Executor {
    private let task: LearningTask
    private let space: SearchSpace
    private let settings: RunSettings
    /// The task and the space at the proxy scale, made when they are first needed, because resizing all images takes a while.
    private let scaled = Mutex<(task: LearningTask, space: SearchSpace)?>(nil)
    /// Path of the teacher file, which may not exist yet.
    private let teacher: String
    private let device: Device
    /// Evaluators by scoring, cached because making one copies a curriculum or draws a subset of images.
    private let evaluators = Mutex<[Scoring: any Evaluator]>([:])
    private let validators = Mutex<[ValidationConfiguration: RealTrainingValidator]>([:])

    /// - Parameters:
    ///   - task: the data set.
    ///   - space: the space at the image size of the task.
    ///   - settings: the run's settings.
    ///   - directory: the run's directory.
    init(_ task: LearningTask, _ space: SearchSpace, _ settings: RunSettings, _ directory: RunDirectory) throws {
        guard let device = Device(settings.device), device.isAvailable else {
            throw InputError("the device \(settings.device) is not available on this machine")
        }
        self.device = device
        self.task = task
        self.space = space
        self.settings = settings
        teacher = directory.teacher
    }

    /// An executor for a run, from its directory.
    /// - Parameter run: the run.
    public convenience init(_ run: Run) throws {
        let task = try run.task()
        try self.init(task, run.space().fitted(to: task), run.settings, run.directory)
    }

    public func perform(_ task: CandidateTask, on candidate: Candidate, seed: UInt64, until deadline: Deadline) throws
        -> CandidateTaskResult?
    {
        switch task {
        case .score(let scoring):
            try evaluator(scoring).evaluate(candidate, seed: seed, deadline: deadline).map { .evaluation($0) }
        case .validate(let configuration):
            try validator(configuration).validate(candidate, seed: seed, deadline: deadline).map { .validation($0) }
        case .measurePace(let atProxyScale):
            try secondsPerStep(candidate, atProxyScale: atProxyScale, until: deadline).map { .pace(secondsPerStep: $0) }
        }
    }

    // MARK: - Scores

    /// The evaluator of a scoring.
    /// - Throws: `CannotWork` if it cannot be made, because no candidate causes such an error.
    private func evaluator(_ scoring: Scoring) throws -> any Evaluator {
        try evaluators.withLock { evaluators in
            if let known = evaluators[scoring] { return known }
            do {
                let (task, space) = try scoringScale()
                let made = try scoring.evaluator(
                    space, task, normKind: settings.normKind, seed: settings.seedNumber, device: device
                ) { try TeacherFile(path: teacher) }
                evaluators[scoring] = made
                return made
            } catch {
                throw CannotWork(error)
            }
        }
    }

    private func scoringScale() throws -> (task: LearningTask, space: SearchSpace) {
        try scaled.withLock { scaled in
            if let known = scaled { return known }
            let made = try settings.proxyScale.map { (task: $0.task(task), space: try $0.space(space, task)) } ?? (task, space)
            scaled = made
            return made
        }
    }

    // MARK: - Training on real data

    /// The task and the space of trainings on real data.
    private func scale(atProxyScale: Bool) throws -> (task: LearningTask, space: SearchSpace) {
        try atProxyScale ? scoringScale() : (task, space)
    }

    private func training(_ task: LearningTask) -> RealTraining { RealTraining(task, recipe: settings.realTraining, device: device) }

    /// The images that all candidates are trained on: one stratified subset of the `train` split.
    private func subset(_ count: Int) -> [Int] {
        var random = SeedStream.validationImages.generator(settings.seedNumber)
        return task.dataset.train.stratifiedSubset(of: task.splits.train, count: min(count, task.splits.train.count), using: &random)
    }

    private func validator(_ configuration: ValidationConfiguration) throws -> RealTrainingValidator {
        try validators.withLock { validators in
            if let known = validators[configuration] { return known }
            let (task, space) = try scale(atProxyScale: configuration.isAtProxyScale == true)
            let made = RealTrainingValidator(
                space: space, training: training(task), normKind: settings.normKind, epochs: configuration.epochs,
                images: subset(configuration.images))
            validators[configuration] = made
            return made
        }
    }

    /// The median over a few steps after warm-up steps; nil if time ran out.
    private func secondsPerStep(_ candidate: Candidate, atProxyScale: Bool, until deadline: Deadline) throws -> Double? {
        let (task, space) = try scale(atProxyScale: atProxyScale)
        let network = try space.network(of: candidate, settings.normKind)
        let (warmUp, counted) = (2, 5)
        var marks: [Double] = []
        _ = training(task).train(network, epochs: 4, on: subset(settings.realTraining.batch * 4), seed: 0) {
            // Called before every step.
            marks.append(deadline.clock.now())
            return marks.count > warmUp + counted || deadline.isReached
        }
        guard marks.count > warmUp + 1 else { return nil }
        let durations = zip(marks.dropFirst(warmUp), marks.dropFirst(warmUp + 1)).map { $1 - $0 }.sorted()
        return durations[durations.count / 2]
    }
}
