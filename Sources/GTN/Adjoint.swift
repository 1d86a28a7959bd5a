import Networks
import Tensors

/// The exact gradient of a trained learner's loss with respect to the curriculum that trained it.
///
/// From (λ, ν) = (∂L/∂θₜ₊₁, ∂L/∂vₜ₊₁), backward over the steps of `InnerLoop`:
///
///     d        = ν − ηₜ λ
///     ∂L/∂ηₜ   = −⟨λ, vₜ₊₁⟩        ∂L/∂μₜ = ⟨d, vₜ⟩
///     ∂L/∂(xₜ, yₜ) = ∂/∂(x, y) ⟨gₜ, d⟩
///     λ ← λ + ∂/∂θ ⟨gₜ, d⟩ (+ ∇θ of an intermediate loss at t)
///     ν ← μₜ d
///
/// Only (θₜ, vₜ) must be kept. Where libtorch differentiates, the graphs of the last steps are kept too, as many as the memory bound allows,
/// and the others are rebuilt. The result does not depend on how many.
public struct Adjoint {
    public let network: Network
    public let plan: AdjointPlan
    public let differentiation: Differentiation?

    /// - Parameters:
    ///   - plan: how much of a graph is kept; for steps without graphs there is nothing to decide.
    ///   - differentiation: the fastest by default.
    public init(_ network: Network, plan: AdjointPlan, differentiation: Differentiation? = nil) {
        self.network = network
        self.plan = plan
        self.differentiation = differentiation
    }

    /// The real batch that judges the learner, and after which steps.
    public struct Objective {
        /// [n, channels, height, width], normalized.
        public let images: Tensor
        /// [n, classes]
        public let labels: Tensor
        /// Weight of the loss after each step [T]; the last one alone judges the trained learner.
        public let weights: [Double]

        public init(images: Tensor, labels: Tensor, weights: [Double]) {
            self.images = images
            self.labels = labels
            self.weights = weights
        }

        /// Weight 1 on the trained learner and `intermediate` / (T − 1) on each step before.
        public static func weights(steps: Int, intermediate: Double) -> [Double] {
            [Double](repeating: steps > 1 ? intermediate / Double(steps - 1) : 0, count: steps - 1) + [1]
        }
    }

    public struct Result {
        /// ∂L/∂(images, labels, learningRate, momentum), each in its tensor's shape.
        public let gradient: Curriculum
        /// The real batch's loss after the last step.
        public let loss: Double
        /// The curriculum's loss at each step.
        public let stepLosses: [Double]
    }

    /// Why a learner gave no gradient. It costs that learner's contribution, never the run.
    public enum Failure: Error, Sendable {
        case diverged
        case stopped
    }

    /// - Parameters:
    ///   - explosion: a gradient whose norm passes this counts as diverged.
    ///   - shouldStop: asked before every step, forward and backward.
    public func gradient(
        _ parameters: Tensor, _ curriculum: Curriculum, _ objective: Objective, explosion: Double = 1e4, shouldStop: () -> Bool = { false }
    ) throws(Failure) -> Result {
        let steps = curriculum.steps
        let rates = curriculum.learningRate.doubles
        let momenta = curriculum.momentum.doubles
        let zero = Tensor.zeros(parameters.shape, type: parameters.type, device: parameters.device)
        var states = [InnerState(parameters: parameters.detached, velocity: zero)]
        var kept = [(any InnerStep)?](repeating: nil, count: steps)
        let maker = StepMaker(network, differentiation ?? .fastest(on: parameters.device))
        var stepLosses: [Double] = []
        let firstKept = steps - maker.keptSteps(plan, of: steps, batch: curriculum.batch)

        func made(_ step: Int, differentiable: Bool) -> any InnerStep {
            maker.step(states[step].parameters, curriculum.images[step], curriculum.labels[step], differentiable: differentiable)
        }

        for step in 0..<steps {
            if shouldStop() { throw .stopped }
            let now = made(step, differentiable: step >= firstKept)
            guard now.loss.isFinite else { throw .diverged }
            stepLosses.append(now.loss)
            states.append(states[step].after(now.gradient, learningRate: rates[step], momentum: momenta[step]))
            if step >= firstKept { kept[step] = now }
        }

        var (λ, ν) = (zero, zero)
        let imageRows = TensorRows(
            steps, of: Array(curriculum.images.shape[1...]), type: curriculum.images.type, device: curriculum.images.device)
        var labelRows: [Tensor] = []
        var rateGradients: [Tensor] = []
        var momentumGradients: [Tensor] = []
        var finalLoss = Double.nan
        for step in (0..<steps).reversed() {
            if shouldStop() { throw .stopped }
            let weight = objective.weights[step]
            if weight != 0 || step == steps - 1 {
                let judged = maker.step(states[step + 1].parameters, objective.images, objective.labels, differentiable: false)
                guard judged.loss.isFinite else { throw .diverged }
                if step == steps - 1 { finalLoss = judged.loss }
                λ = λ + judged.gradient * weight
            }
            let d = ν - λ * rates[step]
            rateGradients.append(-λ.dot(states[step + 1].velocity))
            momentumGradients.append(d.dot(states[step].velocity))
            let products = (kept[step] ?? made(step, differentiable: true)).products(with: d)
            kept[step] = nil
            imageRows.set(step, to: products.images)
            labelRows.append(products.labels)
            λ = λ + products.parameters
            ν = d * momenta[step]
        }
        let gradient = Curriculum(
            images: imageRows.tensor, labels: Tensor.stacked(labelRows.reversed()),
            learningRate: Tensor.stacked(rateGradients.reversed()), momentum: Tensor.stacked(momentumGradients.reversed()))
        let square = gradient.tensors.reduce(0) { $0 + $1.dot($1).item }
        guard square.isFinite, square.squareRoot() < explosion else { throw .diverged }
        return Result(gradient: gradient, loss: finalLoss, stepLosses: stepLosses)
    }
}
