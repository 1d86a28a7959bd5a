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
        guard let device = Device(settings.device), device.isAvailable else { throw InputRefusal("the device \(settings.device) is not there any more") }
        self.device = device
        task = try run.task()
        space = try run.space().fitted(to: task)
    }

    func reply(to order: WorkOrder, until deadline: Deadline) -> WorkReply {
        let evaluator: (any Evaluator)?
        do {
            evaluator = try self.evaluator(order.task)
        } catch {
            return .refusal(of: error)
        }
        do {
            switch order.task {
            case .score, .untrainedScore:
                return try evaluator!.evaluate(order.candidate, seed: order.seed, deadline: deadline).map(WorkReply.evaluation) ?? .outOfTime
            case .training(let plan):
                return try validator(plan).validate(order.candidate, seed: order.seed, deadline: deadline).map(WorkReply.validation) ?? .outOfTime
            case .pace:
                return try secondsPerStep(order.candidate, until: deadline).map(WorkReply.pace) ?? .outOfTime
            }
        } catch {
            return .failure("\(error)")
        }
    }

    // MARK: - Scores

    /// nil for what is no score.
    private func evaluator(_ task: WorkOrder.Task) throws -> (any Evaluator)? {
        if let known = evaluators[task] { return known }
        let made = try makeEvaluator(task)
        evaluators[task] = made
        return made
    }

    private func makeEvaluator(_ order: WorkOrder.Task) throws -> (any Evaluator)? {
        func onRealData(_ length: RealDataEvaluator.Length) -> RealDataEvaluator {
            RealDataEvaluator(
                space: space, training: RealTraining(task, recipe: RealDataEvaluator.recipe, device: device), normKind: settings.normKind, length: length,
                criterion: settings.criterion)
        }
        func untrained(_ score: ZeroCostScore) -> ZeroCostEvaluator {
            ZeroCostEvaluator(space: space, scorer: ZeroCostScorer(score, task, seed: settings.seedNumber))
        }
        switch (order, settings.proxy.recorded) {
        case (.untrainedScore(let score), _): return untrained(score)
        case (.score(let divisor), .curriculum): return try onCurriculum(divisor: divisor)
        case (.score(let divisor), .realSteps): return onRealData(.steps((settings.realSteps! + divisor - 1) / divisor))
        case (.score(let divisor), .realSeconds): return onRealData(.seconds(settings.realSeconds! / Double(divisor)))
        case (.score, let proxy):
            guard let score = proxy.zeroCost else { preconditionFailure("\(proxy.rawValue) is no work for another process") }
            return untrained(score)
        case (.training, _), (.pace, _): return nil
        }
    }

    private func onCurriculum(divisor: Int) throws -> CurriculumEvaluator {
        let teacher = try TeacherFile(path: directory.teacher)
        // A part of a replayed curriculum is fewer replays: its rate falls to zero, too.
        let all = settings.replays ?? 1
        let replays = max(1, all / divisor)
        let file = all > 1 ? teacher.replayed(epochs: replays, peakRate: settings.replayRate) : teacher
        let curriculum = file.curriculum.firstSteps(divisor: replays > 1 ? 1 : max(1, divisor / all))
        return CurriculumEvaluator(
            space: space, scorer: Scorer(task, curriculum, calibrationIndices: file.calibrationIndices, device: device),
            normKind: settings.normKind, criterion: settings.criterion, pass: file.recipe.steps / (file.recipe.replays ?? 1),
            initializations: settings.initializations ?? 1,
            // A teacher made to rank teaches nothing that would be worth the look.
            shows: file.recipe.pilot == nil)
    }

    // MARK: - Trainings on real data

    private var training: RealTraining { RealTraining(task, recipe: settings.realTraining, device: device) }

    /// The images that all candidates are trained on: one stratified subset of the `train` split.
    private func subset(_ count: Int) -> [Int] {
        var random = SeededGenerator(seed: SeededGenerator.seed(settings.seedNumber, 0x7a11d))
        return task.dataset.train.stratifiedSubset(of: task.splits.train, count: min(count, task.splits.train.count), using: &random)
    }

    private func validator(_ plan: ValidationPhase.Plan) -> RealTrainingValidator {
        if let known = validators[plan] { return known }
        let made = RealTrainingValidator(space: space, training: training, normKind: settings.normKind, epochs: plan.epochs, images: subset(plan.images))
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
