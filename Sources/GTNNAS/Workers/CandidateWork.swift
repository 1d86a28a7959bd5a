import Basics
import Foundation
import GTN
import Networks
import ResultStore
import Search
import SearchSpace
import Tensors

/// All that is done with the candidates of a run, from what its directory holds: the same in every process that works for it.
final class CandidateWork {
    private let task: LearningTask
    private let space: SearchSpace
    private let settings: RunSettings
    private let directory: RunDirectory
    private let device: Device
    /// Made once for all candidates: replayed images are copied, subsets are drawn.
    private var evaluators: [WorkOrder.Task: any Evaluator] = [:]
    private var validators: [ValidationPhase.Plan: RealTrainingValidator] = [:]

    /// The teacher need not be there yet.
    init(_ path: String) throws {
        let run = try OpenedRun(path: path)
        directory = run.directory
        settings = run.settings
        guard let device = Device(settings.device), device.isAvailable else {
            throw InputRefusal("the device \(settings.device) is not there any more")
        }
        self.device = device
        task = try run.task()
        space = try run.space().fitted(to: task)
    }

    func reply(to order: WorkOrder, until deadline: Deadline) -> WorkReply {
        switch order.task {
        case .score(let divisor): evaluation(order, until: deadline) { try scoring(divisor: divisor) }
        case .untrainedScore(let score): evaluation(order, until: deadline) { untrained(score) }
        case .training(let plan):
            attempt { try validator(plan).validate(order.candidate, seed: order.seed, deadline: deadline).map(WorkReply.validation) }
        case .pace: attempt { try secondsPerStep(order.candidate, until: deadline).map(WorkReply.pace) }
        }
    }

    /// - Returns: what the candidate is to blame for, where the work throws; out of time, where it gives nothing.
    private func attempt(_ work: () throws -> WorkReply?) -> WorkReply {
        do { return try work() ?? .outOfTime } catch { return .failure("\(error)") }
    }

    // MARK: - Scores

    /// - Parameter make: makes the evaluator for the first candidate. That it cannot be made is no candidate's fault.
    private func evaluation(_ order: WorkOrder, until deadline: Deadline, _ make: () throws -> any Evaluator) -> WorkReply {
        let evaluator: any Evaluator
        do { evaluator = try evaluators[order.task] ?? make() } catch { return .refusal(of: error) }
        evaluators[order.task] = evaluator
        return attempt { try evaluator.evaluate(order.candidate, seed: order.seed, deadline: deadline).map(WorkReply.evaluation) }
    }

    /// - Parameter divisor: the part of a training that is asked for is one over it.
    private func scoring(divisor: Int) throws -> any Evaluator {
        func onRealData(_ length: RealDataEvaluator.Length) -> RealDataEvaluator {
            RealDataEvaluator(
                space: space, training: RealTraining(task, recipe: RealDataEvaluator.recipe, device: device), normKind: settings.normKind,
                length: length,
                criterion: settings.criterion)
        }
        switch settings.proxy.recorded {
        case .curriculum: return try onCurriculum(divisor: divisor)
        case .realSteps: return onRealData(.steps((settings.realSteps! + divisor - 1) / divisor))
        case .realSeconds: return onRealData(.seconds(settings.realSeconds! / Double(divisor)))
        case let proxy:
            guard let score = proxy.zeroCost else { preconditionFailure("\(proxy.rawValue) is no work for another process") }
            return untrained(score)
        }
    }

    private func untrained(_ score: ZeroCostScore) -> ZeroCostEvaluator {
        ZeroCostEvaluator(space: space, scorer: ZeroCostScorer(score, task, seed: settings.seedNumber))
    }

    private func onCurriculum(divisor: Int) throws -> CurriculumEvaluator {
        let teacher = try TeacherFile(path: directory.teacher)
        // A part of a replayed curriculum is fewer replays: its rate falls to zero, too.
        let all = settings.replays ?? 1
        let replays = max(1, all / divisor)
        let file = all > 1 ? teacher.replayed(epochs: replays, peakRate: settings.replayRate) : teacher
        let curriculum = file.curriculum.firstSteps(divisor: replays > 1 ? 1 : max(1, divisor / all))
        return CurriculumEvaluator(
            // At the teacher's own size, where that is another one.
            space: try space.fitted(to: file.imageShape, classes: task.classes),
            scorer: Scorer(task, curriculum, calibrationIndices: file.calibrationIndices, device: device),
            normKind: settings.normKind, criterion: settings.criterion, pass: file.recipe.steps / (file.recipe.replays ?? 1),
            initializations: settings.initializations ?? 1,
            // A teacher made to rank teaches nothing that would be worth the look.
            shows: file.recipe.pilot == nil)
    }

    // MARK: - Trainings on real data

    private var training: RealTraining { RealTraining(task, recipe: settings.realTraining, device: device) }

    /// The images that all candidates are trained on: one stratified subset of the `train` split.
    private func subset(_ count: Int) -> [Int] {
        var random = SeedStream.validationImages.generator(settings.seedNumber)
        return task.dataset.train.stratifiedSubset(of: task.splits.train, count: min(count, task.splits.train.count), using: &random)
    }

    private func validator(_ plan: ValidationPhase.Plan) -> RealTrainingValidator {
        if let known = validators[plan] { return known }
        let made = RealTrainingValidator(
            space: space, training: training, normKind: settings.normKind, epochs: plan.epochs, images: subset(plan.images))
        validators[plan] = made
        return made
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
