import Basics
import Foundation
import Networks
import SearchSpace
import Tensors

/// Meta-training: a teacher's parameters descend the loss that learners trained by it have on real data.
///
/// Each meta-step draws learners of random architecture and initialization, gives all of them the teacher's curriculum, takes each
/// one's exact gradient with respect to it, scales its parts, of images, labels, rates and momenta, to norm 1 each (unless it is told not to), and carries their average over
/// the learners back through the teacher.
public struct MetaTraining {
    public struct Settings: Sendable, Hashable, Codable {
        /// Learners of one meta-step, a multiple of the workers for full use of the machine. Results depend on it, not on the workers.
        public var learners = 8
        /// Real images that judge a learner.
        public var metaBatch = 256
        public var learningRate = 0.02
        /// Rate at the end of the cosine, as a share of the one at the start.
        public var finalRate = 0.02
        public var beta1 = 0.9
        public var beta2 = 0.999
        /// Norm to which the averaged gradient of the teacher's parameters is clipped.
        public var clip = 5.0
        /// Whether each learner's gradients count with norm 1: those of unlike learners differ a hundredfold, and their plain mean would be that
        /// of whoever is nearest to diverging. Learners of one network do without.
        public var normalizesGradients = true
        /// How far the average of the teacher's values leans on the later ones: step n of N counts about (n/N)^averaging.
        public var averaging = 3.0
        /// Weight of the losses after the steps before the last, together; 0 judges the trained learner alone.
        public var intermediate = 0.0
        /// Steps at most that a learner's gradient flows back through, up to one that is drawn for each learner and judged there; nil for all
        /// of them (Feng et al., "Embarrassingly Simple Dataset Distillation", 2024, section 4: windows placed at random).
        public var window: Int?
        /// Where learners of known accuracy are to be ordered (`RankingLoss`) by their mean training loss: over how many of the last steps, which
        /// are also those that the gradient flows through. nil where learners are to have a low loss on real images.
        public var rankedSteps: Int?
        /// What learners are to take for something else; none are taught the truth.
        public var mistake: Mistake?
        public init() {}

        /// What was measured to be good at budgets of minutes.
        public static func standard(for kind: TeacherKind) -> Settings {
            var settings = Settings()
            settings.learningRate = kind == .generative ? 0.002 : 0.04
            return settings
        }
    }

    /// What one meta-step did.
    public struct Step: Sendable, Hashable {
        public let index: Int
        /// Mean loss on the real batches of the learners that gave a gradient, or, where they are ordered, their `RankingLoss`; nil when all diverged.
        public let loss: Double?
        public let diverged: Int
    }

    /// What is kept of a step that was made.
    public struct Record: Sendable, Hashable {
        /// Since the first step began.
        public let seconds: Double
        public let loss: Double?
        public let diverged: Int
    }

    public let teacher: any Teacher
    public let task: LearningTask
    public let learners: any LearnerSource
    public let settings: Settings
    public let seed: UInt64
    public let workers: Int
    public let plan: AdjointPlan
    public let device: Device
    /// Where the descent stands.
    public private(set) var values: [Tensor]
    /// The average of where it has been: the teacher that meta-training gives. The steps' noise, which is most of a step as learners
    /// contradict one another, cancels out in it.
    public private(set) var averagedValues: [Tensor]
    private(set) var adam: Adam
    /// Steps that moved the values.
    private(set) var updates = 0
    public private(set) var stepsMade = 0
    public private(set) var diverged = 0
    /// Every step made by `run`, those before a resumption too.
    public internal(set) var history: [Record] = []

    public init(
        _ teacher: any Teacher, task: LearningTask, learners: any LearnerSource, settings: Settings = Settings(), seed: UInt64,
        workers: Int,
        plan: AdjointPlan = .standard, device: Device = .cpu
    ) {
        self.teacher = teacher
        self.task = task
        self.learners = learners
        self.settings = settings
        self.seed = seed
        self.workers = workers
        self.plan = plan
        self.device = device
        values = teacher.parameters.map { $0.initialValue.to(device) }
        averagedValues = values
        adam = Adam(
            values, rates: teacher.parameters.map { $0.relativeRate * settings.learningRate }, scalings: teacher.parameters.map(\.scaling),
            beta1: settings.beta1, beta2: settings.beta2)
    }

    /// Goes on from where another one stood.
    mutating func restore(
        _ values: [Tensor], _ averages: [Tensor], _ state: Adam.State, _ progress: Checkpoint.Progress, _ history: [Record]
    ) {
        self.values = values
        averagedValues = averages
        adam.state = state
        (updates, stepsMade, diverged) = (progress.updates, progress.stepsMade, progress.diverged)
        self.history = history
    }

    /// The teacher's curriculum as it is now.
    public var curriculum: Curriculum { teacher.curriculum(averagedValues, draw: SeedStream.finalCurriculum.seed(seed)) }

    /// What all learners of a meta-step read and nobody changes.
    private struct SharedCurriculum: @unchecked Sendable {
        let curriculum: Curriculum
    }

    /// What one learner gives: made by its thread, and then read by the one that collects.
    private struct Contribution: @unchecked Sendable {
        let gradient: Curriculum
        /// Norms of the gradient's parts.
        let norms: [Double]
        let loss: Double
        let accuracy: Double?
        let besideLoss: Double?
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
            [task, settings, plan, device] place -> (index: Int, result: Result<Contribution, Adjoint.Failure>) in
            let (seed, learner) = drawn[order[place]]
            let result = Result { () throws(Adjoint.Failure) in
                try Self.contribution(of: learner, shared, task, settings, plan, device, seed: seed, shouldStop: shouldStop)
            }
            return (order[place], result)
        }
        // Sums are taken in the order of drawing, which does not depend on what networks cost.
        let contributions = results.sorted { $0.index < $1.index }.map(\.result)
        if contributions.contains(where: { if case .failure(.stopped) = $0 { true } else { false } }) { return nil }
        let valid = contributions.compactMap { try? $0.get() }
        diverged += contributions.count - valid.count
        let ranking =
            settings.rankedSteps == nil
            ? nil
            : RankingLoss(
                losses: valid.map(\.loss), accuracies: valid.map { $0.accuracy! },
                beside: valid.first?.besideLoss == nil ? nil : valid.map { $0.besideLoss! })
        // Learners of one accuracy alone tell nothing about an order.
        if !valid.isEmpty, settings.rankedSteps == nil || ranking != nil {
            let gradients = clipped(
                teacher.pullback(values, Self.mean(of: valid, weights(of: valid, ranking)), draw: draw), norm: settings.clip)
            values = adam.step(values, gradients, factor: cosineDecay(progress, floor: settings.finalRate))
            updates += 1
            averagedValues = polynomialDecayAverage(averagedValues, values, count: updates, power: settings.averaging)
        }
        stepsMade += 1
        return Step(
            index: stepsMade - 1, loss: valid.isEmpty ? nil : ranking?.value ?? valid.reduce(0) { $0 + $1.loss } / Double(valid.count),
            diverged: contributions.count - valid.count)
    }

    /// What each part of each learner's gradient counts with.
    private func weights(of contributions: [Contribution], _ ranking: RankingLoss?) -> [[Double]] {
        guard let ranking else { return contributions.map { $0.norms.map { settings.normalizesGradients && $0 > 0 ? 1 / $0 : 1 } } }
        // The order of two learners is a difference of their losses: gradients keep their lengths, except for outliers'.
        let medians = contributions[0].norms.indices.map { part in contributions.map { $0.norms[part] }.sorted()[contributions.count / 2] }
        return contributions.indices.map { index in
            contributions[index].norms.indices.map { part in
                let (norm, median) = (contributions[index].norms[part], medians[part])
                guard median > 0 else { return 0 }
                let shortened = min(1, Self.outlier * median / max(norm, median)) / median
                return ranking.gradient[index] * ranking.deviation * Double(contributions.count) * shortened
            }
        }
    }

    /// Times the median norm to which longer gradients are cut in a ranking.
    private static let outlier = 3.0

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

    /// The steps that the gradient flows through: the last of them is judged.
    static func window(_ settings: Settings, of steps: Int, using random: inout SeededGenerator) -> Range<Int> {
        if let ranked = settings.rankedSteps { return steps - ranked..<steps }
        guard let length = settings.window, length < steps else { return 0..<steps }
        let end = Int.random(in: length...steps, using: &random)
        return end - length..<end
    }

    private static func contribution(
        of learner: Learner, _ shared: SharedCurriculum, _ task: LearningTask, _ settings: Settings, _ plan: AdjointPlan, _ device: Device,
        seed: UInt64, shouldStop: () -> Bool
    ) throws(Adjoint.Failure) -> Contribution {
        var random = SeedStream.metaBatch.generator(seed)
        let curriculum = shared.curriculum
        let (images, labels) = task.randomBatch(settings.metaBatch, mistaking: settings.mistake, using: &random, device: device)
        let window = window(settings, of: curriculum.steps, using: &random)
        let objective = Adjoint.Objective(
            images: images, labels: labels,
            weights: settings.rankedSteps == nil
                ? Adjoint.Objective.weights(steps: window.upperBound, intermediate: settings.intermediate)
                : [Double](repeating: 0, count: curriculum.steps),
            trainingWeights: settings.rankedSteps.map { last in
                (0..<curriculum.steps).map { $0 < curriculum.steps - last ? 0 : 1 / Double(last) }
            })
        let result = try Adjoint(learner.network, plan: plan).gradient(
            learner.initialParameters(on: device), curriculum.prefix(window.upperBound), objective, from: window.lowerBound,
            shouldStop: shouldStop)
        let gradient = result.gradient.padded(to: curriculum.steps)
        return Contribution(
            gradient: gradient, norms: gradient.tensors.map { $0.dot($0).item.squareRoot() }, loss: result.loss ?? result.trainingLoss,
            accuracy: learner.accuracy,
            besideLoss: learner.besideLoss)
    }
}
