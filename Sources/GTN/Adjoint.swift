import Networks
import Tensors

/// The exact gradient of a trained learner's loss with respect to the curriculum that trained it.
///
/// With (λ, ν) = (∂L/∂θₜ₊₁, ∂L/∂vₜ₊₁), the backward recursion over the steps of `InnerLoop` is
///
///     d        = ν − ηₜ λ
///     ∂L/∂ηₜ   = −⟨λ, vₜ₊₁⟩        ∂L/∂μₜ = ⟨d, vₜ⟩
///     ∂L/∂(xₜ, yₜ) = ∂/∂(x, y) (⟨gₜ, d⟩ + wₜ ℓₜ)
///     λ ← λ + ∂/∂θ (⟨gₜ, d⟩ + wₜ ℓₜ) (+ ∇θ of an intermediate loss at t)
///     ν ← μₜ d
///
/// where wₜ is the weight of the step's own loss in L. These formulas hold for gradient descent. Other optimizers have a different d =
/// ∂L/∂gₜ (`InnerStateGradient`).
///
/// Only the optimizer's states must be stored. libtorch also keeps the graphs of the last steps, up to the limit of the memory policy,
/// and rebuilds the earlier ones. The limit does not affect the result.
public struct Adjoint {
    public let network: Network
    public let memory: MemoryPolicy
    public let differentiation: Differentiation?

    /// - Parameters:
    ///   - network: the learner's network.
    ///   - memory: how many step graphs are kept. Compiled programs have none.
    ///   - differentiation: the engine; nil selects the fastest.
    public init(_ network: Network, memory: MemoryPolicy, differentiation: Differentiation? = nil) {
        self.network = network
        self.memory = memory
        self.differentiation = differentiation
    }

    /// A learner's loss L: the weighted sum of its losses on a real batch after some steps and of its training losses on the curriculum.
    public struct Objective {
        /// Real images [n, channels, height, width], normalized, and labels [n, classes]; nil if L has no loss on real images.
        public let batch: (images: Tensor, labels: Tensor)?
        /// Weight of the real batch's loss after each step [T]; the last entry weighs the trained learner.
        public let weights: [Double]
        /// Weight wₜ of the curriculum's own loss at each step [T].
        public let trainingWeights: [Double]

        public init(images: Tensor, labels: Tensor, weights: [Double], trainingWeights: [Double]? = nil) {
            batch = (images, labels)
            self.weights = weights
            self.trainingWeights = trainingWeights ?? [Double](repeating: 0, count: weights.count)
        }

        /// Creates an objective of the curriculum's own losses only.
        public init(trainingWeights: [Double]) {
            batch = nil
            weights = [Double](repeating: 0, count: trainingWeights.count)
            self.trainingWeights = trainingWeights
        }

        /// Returns weight 1 for the trained learner and `intermediate` / (T − 1) for each earlier step.
        public static func weights(steps: Int, intermediate: Double) -> [Double] {
            [Double](repeating: steps > 1 ? intermediate / Double(steps - 1) : 0, count: steps - 1) + [1]
        }
    }

    public struct Result {
        /// ∂L/∂(images, labels, learningRate, momentum), each in its tensor's shape.
        public let gradient: Curriculum
        /// The loss on the real batch after the last step; nil if its weight is 0.
        public let loss: Double?
        /// The weighted training loss: Σ wₜ ℓₜ.
        public let trainingLoss: Double
        /// The curriculum's loss at each step.
        public let stepLosses: [Double]
    }

    /// The reason why a learner gave no gradient. Only that learner's contribution is lost; the run continues.
    public enum Failure: Error, Sendable {
        case diverged
        case stopped
    }

    /// Returns the exact gradient of the objective with respect to the curriculum.
    ///
    /// - Parameters:
    ///   - parameters: the learner's initial parameters.
    ///   - curriculum: the T training steps.
    ///   - objective: the loss L.
    ///   - first: the earliest step that receives a gradient; earlier steps get zero (truncated back-propagation; Feng et al.,
    ///     "Embarrassingly Simple Dataset Distillation", 2024, section 4).
    ///   - explosion: the largest gradient norm; a learner above it counts as diverged.
    ///   - shouldStop: checked before every forward and backward step.
    public func gradient(
        _ parameters: Tensor, _ curriculum: Curriculum, _ objective: Objective, from first: Int = 0, explosion: Double = 1e4,
        shouldStop: () -> Bool = { false }
    ) throws(Failure) -> Result {
        let steps = curriculum.steps
        let (schedule, optimizer) = (curriculum.schedule, curriculum.optimizer)
        // The states before and after each step from `first` on, for the backward sweep.
        var states = [InnerState(parameters, optimizer)]
        var kept = [(any InnerStep)?](repeating: nil, count: steps)
        let maker = StepMaker(network, differentiation ?? .fastest(on: parameters.device))
        var stepLosses: [Double] = []
        let firstKept = max(first, steps - maker.keptSteps(memory, of: steps, batch: curriculum.batch))

        func made(_ step: Int, from state: InnerState, differentiable: Bool) -> any InnerStep {
            maker.step(state.parameters, curriculum.images[step], curriculum.labels[step], differentiable: differentiable)
        }

        for step in 0..<steps {
            if shouldStop() { throw .stopped }
            let now = made(step, from: states.last!, differentiable: step >= firstKept)
            guard now.loss.isFinite else { throw .diverged }
            stepLosses.append(now.loss)
            let next = states.last!.after(now.gradient, schedule[step], optimizer)
            if step < first { states = [next] } else { states.append(next) }
            if step >= firstKept { kept[step] = now }
        }

        var backward = InnerStateGradient(like: states.last!)
        let imageRows = TensorRows(
            steps, of: Array(curriculum.images.shape[1...]), type: curriculum.images.type, device: curriculum.images.device)
        var labelRows: [Tensor] = []
        var scheduleGradients: [InnerStateGradient.OfSchedule] = []
        var finalLoss: Double?
        for step in (first..<steps).reversed() {
            let (state, next) = (states[step - first], states[step - first + 1])
            if shouldStop() { throw .stopped }
            let weight = objective.weights[step]
            if weight != 0, let batch = objective.batch {
                let evaluated = maker.step(next.parameters, batch.images, batch.labels, differentiable: false)
                guard evaluated.loss.isFinite else { throw .diverged }
                if step == steps - 1 { finalLoss = evaluated.loss }
                backward.parameters = backward.parameters + evaluated.gradient * weight
            }
            let now = kept[step] ?? made(step, from: state, differentiable: true)
            kept[step] = nil
            let (d, ofSchedule, before) = backward.before(state, now.gradient, next, schedule[step], optimizer)
            let products = now.products(with: d, lossWeight: objective.trainingWeights[step])
            imageRows.set(step, to: products.images)
            labelRows.append(products.labels)
            scheduleGradients.append(ofSchedule)
            backward = before
            backward.parameters = backward.parameters + products.parameters
        }
        func stacked(_ rows: [Tensor]) -> Tensor {
            Tensor.stacked(
                [Tensor](repeating: Tensor.zeros(rows[0].shape, type: rows[0].type, device: rows[0].device), count: first) + rows.reversed()
            )
        }
        let gradient = Curriculum(
            images: imageRows.tensor, labels: stacked(labelRows), learningRate: stacked(scheduleGradients.map(\.learningRate)),
            momentum: stacked(scheduleGradients.map(\.momentum)),
            secondMomentDecay: optimizer.hasSecondMoment ? stacked(scheduleGradients.map { $0.secondMomentDecay! }) : nil,
            optimizer: optimizer)
        let square = gradient.tensors.reduce(0) { $0 + $1.dot($1).item }
        guard square.isFinite, square.squareRoot() < explosion else { throw .diverged }
        let trainingLoss = zip(objective.trainingWeights, stepLosses).reduce(0) { $0 + $1.0 * $1.1 }
        return Result(gradient: gradient, loss: finalLoss, trainingLoss: trainingLoss, stepLosses: stepLosses)
    }
}
