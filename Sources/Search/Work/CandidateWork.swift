import Basics
import Foundation
import GTN
import Networks
import ResultStore
import SearchSpace
import Synchronization
import Tensors

/// All that is done with the candidates of a run: the same in every process that works for it. Safe to use from several threads at once.
public final class CandidateWork: Executor {
    private let task: LearningTask
    private let space: SearchSpace
    private let settings: RunSettings
    /// The teacher's file, which need not be there yet.
    private let teacher: String
    private let device: Device
    /// Made once for all candidates: repeated curricula are copied, subsets are drawn.
    private let evaluators = Mutex<[Scoring: any Evaluator]>([:])
    private let validators = Mutex<[ValidationConfiguration: RealTrainingValidator]>([:])

    /// - Parameter space: for the images of the task.
    init(_ task: LearningTask, _ space: SearchSpace, _ settings: RunSettings, _ directory: RunDirectory) throws {
        guard let device = Device(settings.device), device.isAvailable else {
            throw InputError("the device \(settings.device) is not there any more")
        }
        self.device = device
        self.task = task
        self.space = space
        self.settings = settings
        teacher = directory.teacher
    }

    /// From what a run's directory holds.
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
        case .measurePace:
            try secondsPerStep(candidate, until: deadline).map { .pace(secondsPerStep: $0) }
        }
    }

    // MARK: - Scores

    /// - Throws: `CannotWork`: that there is no evaluator is no candidate's fault.
    private func evaluator(_ scoring: Scoring) throws -> any Evaluator {
        try evaluators.withLock { evaluators in
            if let known = evaluators[scoring] { return known }
            do {
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

    // MARK: - Trainings on real data

    private var training: RealTraining { RealTraining(task, recipe: settings.realTraining, device: device) }

    /// The images that all candidates are trained on: one stratified subset of the `train` split.
    private func subset(_ count: Int) -> [Int] {
        var random = SeedStream.validationImages.generator(settings.seedNumber)
        return task.dataset.train.stratifiedSubset(of: task.splits.train, count: min(count, task.splits.train.count), using: &random)
    }

    private func validator(_ configuration: ValidationConfiguration) -> RealTrainingValidator {
        validators.withLock { validators in
            if let known = validators[configuration] { return known }
            let made = RealTrainingValidator(
                space: space, training: training, normKind: settings.normKind, epochs: configuration.epochs,
                images: subset(configuration.images))
            validators[configuration] = made
            return made
        }
    }

    /// The median over a few steps, the first of which warm the caches up and do not count; nil when time did not suffice.
    private func secondsPerStep(_ candidate: Candidate, until deadline: Deadline) throws -> Double? {
        let network = try space.network(of: candidate, settings.normKind)
        let (warmUp, counted) = (2, 5)
        var marks: [Double] = []
        _ = training.train(network, epochs: 4, on: subset(settings.realTraining.batch * 4), seed: 0) {
            // Asked before every step.
            marks.append(deadline.clock.now())
            return marks.count > warmUp + counted || deadline.isReached
        }
        guard marks.count > warmUp + 1 else { return nil }
        let durations = zip(marks.dropFirst(warmUp), marks.dropFirst(warmUp + 1)).map { $1 - $0 }.sorted()
        return durations[durations.count / 2]
    }
}
