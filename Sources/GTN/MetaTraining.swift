import Basics
import Foundation
import Networks
import SearchSpace
import Tensors

/// Meta-training: a teacher's parameters descend the loss that an objective (``MetaObjective``) assigns to learners trained on its
/// curriculum.
///
/// Each meta-step draws learners of random architecture and initialization and trains them on the teacher's curriculum. It computes each
/// learner's exact gradient with respect to the curriculum (``Adjoint``), combines the gradients as the objective defines, and propagates
/// the result back through the teacher.
public struct MetaTraining {
    /// Settings of meta-training that do not depend on the objective.
    public struct Settings: Sendable, Hashable, Codable {
        /// Learners per meta-step. Use a multiple of `workers` to occupy all of them. Results depend on this number, but not on the number
        /// of workers.
        public var learners = 8
        public var learningRate = 0.02
        /// Final learning rate of the cosine schedule, as a share of the initial one.
        public var finalRate = 0.02
        public var beta1 = 0.9
        public var beta2 = 0.999
        /// Norm to which the averaged gradient of the teacher's parameters is clipped.
        public var clip = 5.0
        /// How strongly the average of the teacher's values favors later steps: step n of N weighs about (n/N)^averaging.
        public var averaging = 3.0
        public init() {}

        /// Returns settings that were measured to work well with budgets of minutes.
        public static func standard(for kind: TeacherKind) -> Settings {
            var settings = Settings()
            settings.learningRate = kind == .generative ? 0.002 : 0.04
            return settings
        }
    }

    /// The result of one meta-step.
    public struct Step: Sendable, Hashable {
        public let index: Int
        /// The objective's loss over the learners that gave a gradient; nil if all diverged.
        public let loss: Double?
        public let diverged: Int
    }

    /// A row of the history.
    public struct Record: Sendable, Hashable {
        /// Seconds since the first step began.
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
    /// The average of the iterates, which defines the resulting teacher. Gradients of different learners conflict, so most of a step is
    /// noise. Averaging cancels it.
    public private(set) var averagedValues: [Tensor]
    private(set) var adam: Adam
    /// Steps that changed the values.
    private(set) var updates = 0
    public private(set) var stepsMade = 0
    public private(set) var diverged = 0
    /// All steps made by `run`, including those before a resumption.
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

    /// Restores the state of an interrupted run.
    mutating func restore(_ values: [Tensor], _ averages: [Tensor], _ state: Adam.State, _ progress: Progress, _ history: [Record]) {
        self.values = values
        averagedValues = averages
        adam.state = state
        (updates, stepsMade, diverged) = (progress.updates, progress.stepsMade, progress.diverged)
        self.history = history
    }

    /// The curriculum of the current average.
    public var curriculum: Curriculum { teacher.curriculum(averagedValues, draw: SeedStream.finalCurriculum.seed(seed)) }

    /// The curriculum of a meta-step: all learners read it, and none changes it.
    private struct SharedCurriculum: @unchecked Sendable {
        let curriculum: Curriculum
    }

    /// One learner's gradient. Its thread writes it; afterwards only the collecting thread reads it.
    private struct Contribution: @unchecked Sendable {
        let gradient: Curriculum
        let result: LearnerResult
    }

    /// Makes one meta-step. `progress` ∈ [0, 1] is the completed share of the training, which sets the learning rate.
    ///
    /// - Returns: nil if `shouldStop` returned true; the state is then unchanged.
    public mutating func step(progress: Double, shouldStop: @Sendable () -> Bool = { false }) -> Step? {
        let draw = SeedStream.curriculumDraws.seed(seed, UInt64(stepsMade))
        let shared = SharedCurriculum(curriculum: teacher.curriculum(values, draw: draw))
        let drawn = (0..<settings.learners).map { index in
            let own = SeedStream.numbered.seed(seed, UInt64(stepsMade) &* UInt64(settings.learners) &+ UInt64(index))
            return (seed: own, learner: learners.learner(seed: own))
        }
        // The most expensive learners come first, so that no worker is left with a large network at the end.
        let order = drawn.indices.sorted { drawn[$0].learner.network.graph.cost.macs > drawn[$1].learner.network.graph.cost.macs }
        let results = parallelMap(order.count, workers: workers) {
            [task, objective, memory, device] place -> (index: Int, result: Result<Contribution, Adjoint.Failure>) in
            let (seed, learner) = drawn[order[place]]
            let result = Result { () throws(Adjoint.Failure) in
                try Self.contribution(of: learner, shared, task, objective, memory, device, seed: seed, shouldStop: shouldStop)
            }
            return (order[place], result)
        }
        // Sums follow the order of drawing, which does not depend on the cost of networks.
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
