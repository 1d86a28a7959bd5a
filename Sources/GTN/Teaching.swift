import Basics
import Foundation
import Networks
import SearchSpace
import Tensors

/// The whole of `teach`: warm start, meta-training within a bound, the closing comparison with real data.
public struct Teaching: Sendable {
    public struct Plan: Sendable {
        public var kind: TeacherKind
        /// Of a generative teacher.
        public var order = CurriculumOrder.full
        public var steps = 16
        public var batch = 64
        public var bound: MetaTraining.Bound
        public var seed: UInt64 = 0
        public var workers = 2
        /// Threads of one operation of the teacher's own, while no learner is at work. Their number changes the last digits.
        public var threads = ProcessInfo.processInfo.activeProcessorCount
        public var device = Device.cpu
        public var normKind = NormKind.batch
        public var generator = Generator.Sizes.standard
        public var metaTraining = MetaTraining.Settings()
        /// The generator's first fit to real images: passes over the targets in count-bounded runs, share of the time in others.
        public var warmStartPasses = 60
        public var warmStartShare = 0.12
        public var initialSchedule = InitialSchedule()
        /// Share of each class that the first images are taken from, the most typical ones.
        public var typical = 0.7
        /// Learners of the closing comparison, of architectures that meta-training never sees; 0 leaves it out.
        public var heldOut = 24
        /// Whether the closing comparison is made. The held-out architectures are kept from meta-training in any case, for a later one.
        public var compares = true
        /// Share of a time budget that the closing comparison may take: with more, it is made with fewer learners, or left out.
        public var comparisonShare = 0.3
        public var memory = AdjointPlan.standard
        /// Of a distilled teacher that is made to rank, not to teach.
        public var ranking: RankingPlan?

        public init(kind: TeacherKind, bound: MetaTraining.Bound) {
            self.kind = kind
            self.bound = bound
        }
    }

    public enum Event: Sendable {
        case warmStart(pass: Int, error: Double)
        case metaStep(MetaTraining.Step, progress: Double, seconds: Double)
        case comparing
        /// The closing comparison was too long for the budget: what it would have taken with the fewest learners.
        case comparisonLeftOut(seconds: Double)
    }

    public struct Outcome: Sendable {
        public let file: TeacherFile
        public let report: TeacherEvaluation.Report?
        public let diverged: Int
        /// Every meta-step, those before a resumption too.
        public let history: [MetaTraining.Record]
        /// All of the time, that before a resumption too.
        public let elapsedSeconds: Double
    }

    public let task: LearningTask
    public let space: SearchSpace
    public let plan: Plan

    public init(_ task: LearningTask, _ space: SearchSpace, _ plan: Plan) {
        self.task = task
        self.space = space
        self.plan = plan
    }

    /// The architectures of the closing comparison, drawn by the seed, at the space's own settings.
    public struct HeldOut {
        public let architectures: [Architecture]
        /// Hashes of those that meta-training must not see; none in a space so small that too little would be left to it: there the comparison
        /// is on architectures that it saw, all in turn, from initial parameters that it did not.
        public let excluded: Set<String>
    }

    public var heldOut: HeldOut {
        var random = SeedStream.heldOutLearners.generator(plan.seed)
        var hashes: [String] = []
        var drawn: [Architecture] = []
        // As many again must be left to learn from.
        let enough = 2 * plan.heldOut
        for _ in 0..<plan.heldOut * 100 where drawn.count < enough {
            let architecture = space.sample(using: &random)
            let hash = space.hash(of: architecture)
            if !hashes.contains(hash), space.canonicalGraph(of: architecture).readsItsInput {
                hashes.append(hash)
                drawn.append(architecture)
            }
        }
        // A space that could be parsed has an architecture that reads its image, but the draws may have missed it.
        guard !drawn.isEmpty else { return HeldOut(architectures: [], excluded: []) }
        if drawn.count < enough { return HeldOut(architectures: (0..<plan.heldOut).map { drawn[$0 % drawn.count] }, excluded: []) }
        return HeldOut(architectures: Array(drawn.prefix(plan.heldOut)), excluded: Set(hashes.prefix(plan.heldOut)))
    }

    /// The closing comparison, before it is cut to what a budget has room for.
    public var evaluation: TeacherEvaluation {
        TeacherEvaluation(
            task, heldOut.architectures.map { Network(space.canonicalGraph(of: $0), normKind: plan.normKind) },
            seed: SeedStream.comparison.seed(plan.seed), workers: plan.workers, calibrationIndices: task.splits.calibrationIndices,
            device: plan.device)
    }

    /// - Parameters:
    ///   - checkpoint: where to keep a checkpoint of the meta-training, and go on from an earlier one.
    ///   - cancelled: asked between steps; a cancelled teaching still returns the teacher as far as it came.
    ///   - onEvent: called with what happens, as it happens.
    public func run(
        checkpoint: CheckpointFile? = nil, cancelled: @escaping @Sendable () -> Bool = { false }, onEvent: (Event) -> Void = { _ in }
    ) throws(CheckpointError) -> Outcome {
        let clock = Stopwatch(after: checkpoint?.seconds ?? 0)
        Runtime.threads = plan.threads
        var evaluation = plan.compares ? evaluation : evaluation.limited(to: 0)
        let learners: any LearnerSource =
            plan.ranking.map { PilotLearners(space, $0.pilot, besideParameters: $0.besideParameters, normKind: plan.normKind) }
            ?? SpaceLearners(space, normKind: plan.normKind, excluded: heldOut.excluded)

        let teacher = makeTeacher(clock, isResumed: checkpoint?.earlier != nil, cancelled, onEvent)
        var training = MetaTraining(
            teacher, task: task, learners: learners, settings: plan.metaTraining, seed: SeedStream.metaTraining.seed(plan.seed),
            workers: plan.workers, plan: plan.memory, device: plan.device)
        var reserve = 0.0
        if case .seconds(let budget) = plan.bound, !evaluation.networks.isEmpty {
            let estimates = evaluation.estimatedSeconds(on: training.curriculum)
            let affordable = estimates.count { $0 <= budget * plan.comparisonShare }
            if affordable < TeacherEvaluation.fewestLearners {
                onEvent(.comparisonLeftOut(seconds: estimates.prefix(TeacherEvaluation.fewestLearners).last!))
                evaluation = evaluation.limited(to: 0)
            } else {
                evaluation = evaluation.limited(to: affordable)
                reserve = estimates[affordable - 1]
            }
        }
        if !teacher.parameters.isEmpty {
            try training.run(
                plan.bound, clock: clock, reserve: reserve, checkpoint: checkpoint.map { CheckpointKeeper(file: $0, identity: identity) },
                cancelled: cancelled
            ) { onEvent(.metaStep($0, progress: $1, seconds: $2)) }
        }
        var curriculum = training.curriculum
        var report: TeacherEvaluation.Report?
        if !evaluation.networks.isEmpty && !cancelled() {
            onEvent(.comparing)
            let shouldStop = plan.bound.stop(after: clock, cancelled)
            if let grid = evaluation.searchGrid(like: curriculum, shouldStop: shouldStop) {
                if plan.kind == .real { curriculum = evaluation.constant(grid.best, like: curriculum) }
                report = evaluation.report(on: curriculum, grid, shouldStop: shouldStop)
            }
        }
        let values = Dictionary(
            uniqueKeysWithValues: zip(teacher.parameters, training.averagedValues)
                .filter { !(plan.kind == .distilled && $0.0.name == "offsets") }
                .map { ($0.0.name, TensorSnapshot($0.1)) })
        let elapsed = clock.seconds
        return Outcome(
            file: TeacherFile(
                curriculum: curriculum.snapshot, calibrationIndices: task.splits.calibrationIndices, values: values,
                recipe: recipe(metaSteps: training.stepsMade, elapsed: elapsed, report)),
            report: report, diverged: training.diverged, history: training.history, elapsedSeconds: elapsed)
    }

    private var identity: String {
        MetaTraining.identity(
            plan.metaTraining, plan.initialSchedule, plan.bound, task, space,
            [
                plan.kind.rawValue, plan.order.rawValue, "\(plan.steps) x \(plan.batch)", "seed \(plan.seed)", plan.normKind.rawValue,
                "\(plan.generator)",
                "typical \(plan.typical)", "warm start \(plan.warmStartPasses)", "held out \(plan.heldOut)", "threads \(plan.threads)",
                "\(plan.device)",
            ] + (plan.ranking.map { ["ranking \($0.identity)"] } ?? []))
    }

    /// - Parameter isResumed: whether what it has learned is at hand already.
    private func makeTeacher(_ clock: Stopwatch, isResumed: Bool, _ cancelled: () -> Bool, _ onEvent: (Event) -> Void) -> any Teacher {
        var random = SeedStream.initialImages.generator(plan.seed)
        let (images, labels) = task.evenBatches(
            steps: plan.steps, batch: plan.batch, typical: plan.kind == .real ? 1 : plan.typical, using: &random, device: plan.device)
        switch plan.kind {
        case .real:
            return RealTeacher(images: images, labels: labels, schedule: plan.initialSchedule)
        case .distilled:
            let start = plan.ranking?.start?.curriculum(on: plan.device)
            return DistilledTeacher(
                images: start?.images ?? images, labels: start?.labels ?? labels,
                directions: task.principalDirections(using: &random, device: plan.device),
                epochs: plan.ranking?.passes ?? 1, schedule: plan.initialSchedule)
        case .generative:
            let generator = Generator(sizes: plan.generator, classes: task.classes, image: task.imageShape)
            var passes = plan.warmStartPasses
            var limit = Double.infinity
            if case .seconds(let seconds) = plan.bound {
                passes = max(passes, 200)
                limit = clock.seconds + seconds * plan.warmStartShare
            }
            if isResumed { passes = 0 }
            let fitted = WarmStart(generator, labels: labels, targets: images).fit(
                using: TensorGenerator(seed: SeedStream.generator.seed(plan.seed)), passes: passes,
                until: limit, clock: clock, shouldStop: cancelled
            ) { onEvent(.warmStart(pass: $0, error: $1)) }
            return GenerativeTeacher(
                generator, weights: fitted.weights, noise: fitted.noise, labels: labels, order: plan.order, schedule: plan.initialSchedule)
        }
    }

    private func recipe(metaSteps: Int, elapsed: Double, _ report: TeacherEvaluation.Report?) -> TeacherRecipe {
        var recipe = TeacherRecipe(
            plan.kind, steps: plan.steps, batch: plan.batch, task, space, plan.normKind, plan.metaTraining,
            plan.kind == .real ? nil : plan.initialSchedule, seed: plan.seed, metaSteps: metaSteps, plan.bound, elapsed: elapsed)
        if let ranking = plan.ranking {
            (recipe.steps, recipe.replays) = (plan.steps * ranking.passes, ranking.passes)
            recipe.pilot = ranking.pilot.count
            recipe.pilotProxy = ranking.proxy
            recipe.besideParameters = ranking.besideParameters ? true : nil
            recipe.advice = .init(replays: 1, peakRate: nil, criterion: .trainingLoss)
        }
        recipe.optimizer = plan.initialSchedule.optimizer
        recipe.window = plan.kind == .real ? nil : plan.metaTraining.window
        recipe.curriculum = plan.kind == .generative ? plan.order : nil
        recipe.typical = plan.kind == .real ? nil : plan.typical
        recipe.generator = plan.kind == .generative ? plan.generator : nil
        recipe.learnerAccuracy = report?.learnerAccuracies.mean
        recipe.realDataAccuracy = report?.realDataAccuracies.mean
        recipe.realDataAccuracyLearnedSchedule = report?.realDataLearnedScheduleAccuracies.mean
        return recipe
    }
}
