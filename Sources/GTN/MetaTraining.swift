import Basics
import Foundation
import Networks
import SearchSpace
import Tensors

/// Meta-training: a teacher's parameters descend the loss that an objective (``MetaObjective``) gives learners that the teacher trained.
///
/// Each meta-step draws learners of random architecture and initialization and trains all of them on the teacher's curriculum. It takes
/// each one's exact gradient with respect to the curriculum (``Adjoint``), combines these as the objective says, and carries the result
/// back through the teacher.
public struct MetaTraining {
    /// Settings of every meta-training, whatever its objective.
    public struct Settings: Sendable, Hashable, Codable {
        /// Learners of one meta-step, a multiple of the workers for full use of the machine. Results depend on it, not on the workers.
        public var learners = 8
        public var learningRate = 0.02
        /// Rate at the end of the cosine, as a share of the one at the start.
        public var finalRate = 0.02
        public var beta1 = 0.9
        public var beta2 = 0.999
        /// Norm to which the averaged gradient of the teacher's parameters is clipped.
        public var clip = 5.0
        /// How far the average of the teacher's values leans on the later ones: step n of N counts about (n/N)^averaging.
        public var averaging = 3.0
        public init() {}

        /// Settings that were measured to be good at budgets of minutes.
        public static func standard(for kind: TeacherKind) -> Settings {
            var settings = Settings()
            settings.learningRate = kind == .generative ? 0.002 : 0.04
            return settings
        }
    }

    /// The result of one meta-step.
    public struct Step: Sendable, Hashable {
        public let index: Int
        /// The objective's loss over the learners that gave a gradient; nil when all diverged.
        public let loss: Double?
        public let diverged: Int
    }

    /// A line of the history.
    public struct Record: Sendable, Hashable {
        /// Since the first step began.
        public let seconds: Double
        public let loss: Double?
        public let diverged: Int
    }

    public let teacher: any Teacher
    public let task: LearningTask
    public let learners: any LearnerSource
    public let objective: any MetaObjective
    public let settings: Settings
    public let seed: UInt64
    public let workers: Int
    public let memory: MemoryPolicy
    public let device: Device
    /// The current iterate.
    public private(set) var values: [Tensor]
    /// The average of the iterates: the teacher that meta-training gives. Learners contradict one another, so that most of a step is noise,
    /// which the average cancels.
    public private(set) var averagedValues: [Tensor]
    private(set) var adam: Adam
    /// Steps that moved the values.
    private(set) var updates = 0
    public private(set) var stepsMade = 0
    public private(set) var diverged = 0
    /// Every step made by `run`, those before a resumption too.
    public internal(set) var history: [Record] = []

    public init(
        _ teacher: any Teacher, task: LearningTask, learners: any LearnerSource, objective: any MetaObjective = RealLossObjective(),
        settings: Settings = Settings(), seed: UInt64, workers: Int, memory: MemoryPolicy = .standard, device: Device = .cpu
    ) {
        self.teacher = teacher
        self.task = task
        self.learners = learners
        self.objective = objective
        self.settings = settings
        self.seed = seed
        self.workers = workers
        self.memory = memory
        self.device = device
        values = teacher.parameters.map { $0.initialValue.to(device) }
        averagedValues = values
        adam = Adam(
            values, rates: teacher.parameters.map { $0.relativeRate * settings.learningRate }, scalings: teacher.parameters.map(\.scaling),
            beta1: settings.beta1, beta2: settings.beta2)
    }

    /// Continues from the state of an earlier one.
    mutating func restore(_ values: [Tensor], _ averages: [Tensor], _ state: Adam.State, _ progress: Progress, _ history: [Record]) {
        self.values = values
        averagedValues = averages
        adam.state = state
        (updates, stepsMade, diverged) = (progress.updates, progress.stepsMade, progress.diverged)
        self.history = history
    }

    /// The teacher's curriculum as it is now.
    public var curriculum: Curriculum { teacher.curriculum(averagedValues, draw: SeedStream.finalCurriculum.seed(seed)) }

    /// The curriculum of a meta-step, which all learners read and none changes.
    private struct SharedCurriculum: @unchecked Sendable {
        let curriculum: Curriculum
    }

    /// One learner's gradient: made by its thread, then read by the collecting thread alone.
    private struct Contribution: @unchecked Sendable {
        let gradient: Curriculum
        let result: LearnerResult
    }

    /// One meta-step. `progress` ∈ [0, 1] is the share of the whole training that is done; it sets the learning rate.
    ///
    /// - Returns: nil when `shouldStop` said so; then nothing has changed.
    public mutating func step(progress: Double, shouldStop: @Sendable () -> Bool = { false }) -> Step? {
        let draw = SeedStream.curriculumDraws.seed(seed, UInt64(stepsMade))
        let shared = SharedCurriculum(curriculum: teacher.curriculum(values, draw: draw))
        let drawn = (0..<settings.learners).map { index in
            let own = SeedStream.numbered.seed(seed, UInt64(stepsMade) &* UInt64(settings.learners) &+ UInt64(index))
            return (seed: own, learner: learners.learner(seed: own))
        }
        // The costliest first, so that no worker is left with a large network while the others wait.
        let order = drawn.indices.sorted { drawn[$0].learner.network.graph.cost.macs > drawn[$1].learner.network.graph.cost.macs }
        let results = parallelMap(order.count, workers: workers) {
            [task, objective, memory, device] place -> (index: Int, result: Result<Contribution, Adjoint.Failure>) in
            let (seed, learner) = drawn[order[place]]
            let result = Result { () throws(Adjoint.Failure) in
                try Self.contribution(of: learner, shared, task, objective, memory, device, seed: seed, shouldStop: shouldStop)
            }
            return (order[place], result)
        }
        // Sums are taken in the order of drawing, which does not depend on what networks cost.
        let contributions = results.sorted { $0.index < $1.index }.map(\.result)
        if contributions.contains(where: { if case .failure(.stopped) = $0 { true } else { false } }) { return nil }
        let valid = contributions.compactMap { try? $0.get() }
        diverged += contributions.count - valid.count
        let combination = valid.isEmpty ? nil : objective.combination(of: valid.map(\.result))
        if let weights = combination?.weights {
            let gradients = clipped(teacher.pullback(values, Self.mean(of: valid, weights), draw: draw), norm: settings.clip)
            values = adam.step(values, gradients, factor: cosineDecay(progress, floor: settings.finalRate))
            updates += 1
            averagedValues = polynomialDecayAverage(averagedValues, values, count: updates, power: settings.averaging)
        }
        stepsMade += 1
        return Step(index: stepsMade - 1, loss: combination?.loss, diverged: contributions.count - valid.count)
    }

    private static func mean(of contributions: [Contribution], _ weights: [[Double]]) -> Curriculum {
        let first = contributions[0].gradient
        return Curriculum(
            first.tensors.indices.map { part in
                let terms = contributions.indices.lazy.map {
                    contributions[$0].gradient.tensors[part] * (weights[$0][part] / Double(contributions.count))
                }
                return terms.dropFirst().reduce(terms.first!) { $0 + $1 }
            }, first.optimizer)
    }

    private static func contribution(
        of learner: Learner, _ shared: SharedCurriculum, _ task: LearningTask, _ objective: any MetaObjective, _ memory: MemoryPolicy,
        _ device: Device, seed: UInt64, shouldStop: () -> Bool
    ) throws(Adjoint.Failure) -> Contribution {
        var random = SeedStream.metaBatch.generator(seed)
        let curriculum = shared.curriculum
        let asked = objective.learnerLoss(steps: curriculum.steps, on: task, using: &random, device: device)
        let result = try Adjoint(learner.network, memory: memory).gradient(
            learner.initialParameters(on: device), curriculum.prefix(asked.window.upperBound), asked.loss, from: asked.window.lowerBound,
            shouldStop: shouldStop)
        let gradient = result.gradient.padded(to: curriculum.steps)
        return Contribution(
            gradient: gradient,
            result: LearnerResult(
                loss: result.loss ?? result.trainingLoss, norms: gradient.tensors.map { $0.dot($0).item.squareRoot() },
                accuracy: learner.accuracy, besideLoss: learner.besideLoss))
    }
}
