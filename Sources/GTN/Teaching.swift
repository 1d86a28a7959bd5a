import Basics
import Foundation
import Networks
import SearchSpace
import Tensors

/// The job that makes a teacher: warm start, bounded meta-training, and a final comparison with real data.
public struct Teaching: TrainingJob {
    public struct Configuration: Sendable {
        public var kind: TeacherKind
        /// The order of a generative teacher's curriculum.
        public var order = CurriculumOrder.full
        public var steps = 16
        public var batch = 64
        public var bound: MetaTraining.Bound
        public var seed: UInt64 = 0
        public var workers = 2
        /// Threads of one operation of the teacher, while no learner trains. Their number affects the last digits of the results.
        public var threads = ProcessInfo.processInfo.activeProcessorCount
        public var device = Device.cpu
        public var normKind = NormKind.batch
        public var generator = Generator.Sizes.standard
        public var metaTraining = MetaTraining.Settings()
        /// The objective, unless `ranking` is set.
        public var objective = RealLossObjective()
        /// The configuration of a distilled teacher that learns to rank; nil for other teachers.
        public var ranking: RankingObjective.Configuration?
        /// Passes of the generator's warm start over its targets in count-bounded runs; other runs use a share of the time.
        public var warmStartPasses = 60
        public var warmStartShare = 0.12
        public var initialSchedule = InitialSchedule()
        /// The most typical share of each class that the initial images are taken from.
        public var typical = 0.7
        /// Number of learners in the final comparison, of architectures that meta-training never draws; 0 omits the comparison.
        public var heldOut = 24
        /// Whether to make the final comparison. Without it, meta-training still never draws the held-out architectures, so a comparison
        /// can be made later.
        public var compares = true
        /// Maximum share of a time budget for the final comparison. A longer one uses fewer learners or is omitted.
        public var comparisonShare = 0.3
        public var memory = MemoryPolicy.standard

        public init(kind: TeacherKind, bound: MetaTraining.Bound) {
            self.kind = kind
            self.bound = bound
        }
    }

    public enum Event: Sendable {
        case warmStart(pass: Int, error: Double)
        case metaStep(MetaTraining.Step, progress: Double, seconds: Double)
        case comparing
        /// The budget was too small for the final comparison: the seconds that the fewest learners would have needed.
        case comparisonLeftOut(seconds: Double)
    }

    public struct Outcome: Sendable {
        public let file: TeacherFile
        public let report: TeacherEvaluation.Report?
        public let diverged: Int
        /// All meta-steps, interrupted runs included.
        public let history: [MetaTraining.Record]
        /// Total seconds, interrupted runs included.
        public let elapsedSeconds: Double
    }

    public let task: LearningTask
    public let space: SearchSpace
    public let configuration: Configuration

    public init(_ task: LearningTask, _ space: SearchSpace, _ configuration: Configuration) {
        self.task = task
        self.space = space
        self.configuration = configuration
    }

    public var threads: Int { configuration.threads }
    public var budget: Double? { configuration.bound.budget }
    public var identity: JobIdentity {
        var defaults = Configuration(kind: .distilled, bound: .metaSteps(0))
        defaults.ranking = configuration.ranking.map { _ in RankingObjective.Configuration(pilot: []) }
        return JobIdentity(of: "teaching", configuration, defaults: defaults, task, space)
    }

    /// The architectures of the final comparison, drawn with the seed, at the space's own settings.
    public struct HeldOut {
        public let architectures: [Architecture]
        /// Hashes of the architectures that meta-training must not draw. It is empty if the space is too small. The comparison then cycles
        /// through architectures that meta-training draws too, with new initial parameters.
        public let excluded: Set<String>
    }

    public var heldOut: HeldOut {
        var random = SeedStream.heldOutLearners.generator(configuration.seed)
        var hashes: [String] = []
        var drawn: [Architecture] = []
        // Meta-training needs at least as many other architectures.
        let enough = 2 * configuration.heldOut
        for _ in 0..<configuration.heldOut * 100 where drawn.count < enough {
            let architecture = space.sample(using: &random)
            let hash = space.hash(of: architecture)
            if !hashes.contains(hash), space.canonicalGraph(of: architecture).readsItsInput {
                hashes.append(hash)
                drawn.append(architecture)
            }
        }
        // Every parsed space contains an architecture that reads its image, but random draws may have missed it.
        guard !drawn.isEmpty else { return HeldOut(architectures: [], excluded: []) }
        if drawn.count < enough { return HeldOut(architectures: (0..<configuration.heldOut).map { drawn[$0 % drawn.count] }, excluded: []) }
        return HeldOut(architectures: Array(drawn.prefix(configuration.heldOut)), excluded: Set(hashes.prefix(configuration.heldOut)))
    }

    /// The final comparison with all held-out learners.
    public var evaluation: TeacherEvaluation {
        TeacherEvaluation(
            task, heldOut.architectures.map { Network(space.canonicalGraph(of: $0), normKind: configuration.normKind) },
            seed: SeedStream.comparison.seed(configuration.seed), workers: configuration.workers,
            calibrationIndices: task.splits.calibrationIndices,
            device: configuration.device)
    }

    /// Makes the teacher. If cancelled, returns its current state.
    public func outcome(of job: JobRun<Event>) throws -> Outcome {
        let clock = job.clock
        var evaluation = configuration.compares ? evaluation : evaluation.limited(to: 0)
        let teacher = makeTeacher(job)
        var training = MetaTraining(
            teacher, task: task, learners: learners, objective: objective, settings: configuration.metaTraining,
            seed: SeedStream.metaTraining.seed(configuration.seed), workers: configuration.workers, memory: configuration.memory,
            device: configuration.device)
        var reserve = 0.0
        if case .seconds(let budget) = configuration.bound, !evaluation.networks.isEmpty {
            let estimates = evaluation.estimatedSeconds(on: training.curriculum)
            let affordable = estimates.count { $0 <= budget * configuration.comparisonShare }
            if affordable < TeacherEvaluation.fewestLearners {
                job.report(.comparisonLeftOut(seconds: estimates.prefix(TeacherEvaluation.fewestLearners).last!))
                evaluation = evaluation.limited(to: 0)
            } else {
                evaluation = evaluation.limited(to: affordable)
                reserve = estimates[affordable - 1]
            }
        }
        if !teacher.parameters.isEmpty {
            try training.run(configuration.bound, in: job, reserve: reserve) { job.report(.metaStep($0, progress: $1, seconds: $2)) }
        }
        var curriculum = training.curriculum
        var report: TeacherEvaluation.Report?
        if !evaluation.networks.isEmpty && !job.cancelled() {
            job.report(.comparing)
            let shouldStop = job.shouldStop()
            if let grid = evaluation.searchGrid(like: curriculum, shouldStop: shouldStop) {
                if configuration.kind == .real { curriculum = evaluation.constant(grid.best, like: curriculum) }
                report = evaluation.report(on: curriculum, grid, shouldStop: shouldStop)
            }
        }
        let values = Dictionary(
            uniqueKeysWithValues: zip(teacher.parameters, training.averagedValues)
                .filter { !(configuration.kind == .distilled && $0.0.name == "offsets") }
                .map { ($0.0.name, TensorSnapshot($0.1)) })
        let elapsed = clock.seconds
        return Outcome(
            file: TeacherFile(
                curriculum: curriculum.snapshot, calibrationIndices: task.splits.calibrationIndices, values: values,
                recipe: recipe(metaSteps: training.stepsMade, elapsed: elapsed, report)),
            report: report, diverged: training.diverged, history: training.history, elapsedSeconds: elapsed)
    }

    private var objective: any MetaObjective {
        configuration.ranking == nil ? configuration.objective : RankingObjective(lastSteps: configuration.steps)
    }

    private var learners: any LearnerSource {
        configuration.ranking.map {
            PilotLearners(space, $0.pilot, besideParameters: $0.besideParameters, normKind: configuration.normKind)
        } ?? SpaceLearners(space, normKind: configuration.normKind, excluded: heldOut.excluded)
    }

    /// Returns the teacher before meta-training.
    private func makeTeacher(_ job: JobRun<Event>) -> any Teacher {
        var random = SeedStream.initialImages.generator(configuration.seed)
        let (images, labels) = task.evenBatches(
            steps: configuration.steps, batch: configuration.batch, typical: configuration.kind == .real ? 1 : configuration.typical,
            using: &random, device: configuration.device)
        switch configuration.kind {
        case .real:
            return RealTeacher(images: images, labels: labels, schedule: configuration.initialSchedule)
        case .distilled:
            let start = configuration.ranking?.start?.curriculum(on: configuration.device)
            return DistilledTeacher(
                images: start?.images ?? images, labels: start?.labels ?? labels,
                directions: task.principalDirections(using: &random, device: configuration.device),
                epochs: configuration.ranking?.passes ?? 1, schedule: configuration.initialSchedule)
        case .generative:
            let generator = Generator(sizes: configuration.generator, classes: task.classes, image: task.imageShape)
            var passes = configuration.warmStartPasses
            var limit = Double.infinity
            if case .seconds(let seconds) = configuration.bound {
                passes = max(passes, 200)
                limit = job.clock.seconds + seconds * configuration.warmStartShare
            }
            // The checkpoint holds the generator's learned weights.
            if job.isResumed { passes = 0 }
            let fitted = WarmStart(generator, labels: labels, targets: images).fit(
                using: TensorGenerator(seed: SeedStream.generator.seed(configuration.seed)), passes: passes,
                until: limit, clock: job.clock, shouldStop: job.cancelled
            ) { job.report(.warmStart(pass: $0, error: $1)) }
            return GenerativeTeacher(
                generator, weights: fitted.weights, noise: fitted.noise, labels: labels, order: configuration.order,
                schedule: configuration.initialSchedule)
        }
    }

    private func recipe(metaSteps: Int, elapsed: Double, _ report: TeacherEvaluation.Report?) -> TeacherRecipe {
        var recipe = TeacherRecipe(
            configuration.kind, steps: configuration.steps, batch: configuration.batch, task, space, configuration.normKind,
            configuration.metaTraining,
            configuration.kind == .real ? nil : configuration.initialSchedule, seed: configuration.seed, metaSteps: metaSteps,
            configuration.bound, elapsed: elapsed)
        if let ranking = configuration.ranking {
            (recipe.steps, recipe.passes) = (configuration.steps * ranking.passes, ranking.passes)
            recipe.pilot = ranking.pilot.count
            recipe.pilotProxy = ranking.proxy
            recipe.besideParameters = ranking.besideParameters ? true : nil
            recipe.recommendation = .init(passes: 1, peakRate: nil, criterion: .trainingLoss)
        }
        recipe.optimizer = configuration.initialSchedule.optimizer
        recipe.window = configuration.kind == .real ? nil : configuration.objective.window
        recipe.curriculum = configuration.kind == .generative ? configuration.order : nil
        recipe.typical = configuration.kind == .real ? nil : configuration.typical
        recipe.generator = configuration.kind == .generative ? configuration.generator : nil
        recipe.learnerAccuracy = report?.learnerAccuracies.mean
        recipe.realDataAccuracy = report?.realDataAccuracies.mean
        recipe.realDataAccuracyLearnedSchedule = report?.realDataLearnedScheduleAccuracies.mean
        return recipe
    }
}

/// The fields that the teacher depends on, encoded for checkpoints.
extension Teaching.Configuration: Encodable {
    private enum CodingKeys: CodingKey {
        case kind, order, steps, batch, bound, seed, threads, device, normKind, generator, metaTraining, objective, ranking
        case warmStartPasses, initialSchedule, typical, heldOut
    }
}
