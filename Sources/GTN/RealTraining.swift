import Datasets
import Foundation
import Networks
import SearchSpace
import Tensors

/// Training on real images: stochastic gradient descent with Nesterov's momentum and a one-cycle rate, all candidates alike.
///
/// The rate rises linearly to its peak over the first fifth of the steps and falls linearly to zero over the rest (Smith and Topin,
/// "Super-Convergence", 2018).
public struct RealTraining: Sendable {
    public struct Recipe: Sendable, Hashable, Codable {
        public var batch = 128
        public var peakRate = 0.1
        public var momentum = 0.9
        public var weightDecay = 5e-4
        public var warmUp = 0.2
        public init() {}
    }

    public let task: LearningTask
    public let recipe: Recipe
    public let calibrationIndices: [Int]
    public let device: Device

    public init(_ task: LearningTask, recipe: Recipe = Recipe(), calibrationIndices: [Int]? = nil, device: Device = .cpu) {
        self.task = task
        self.recipe = recipe
        self.calibrationIndices = calibrationIndices ?? task.splits.calibrationIndices
        self.device = device
    }

    public struct Result: Sendable {
        /// On the images that judge.
        public let accuracy: Double
        public let loss: Double
        /// Mean training loss of each epoch.
        public let epochLosses: [Double]
        public let seconds: Double
    }

    /// Trains for `epochs` whole passes over `indices` of the training file and judges, unless told otherwise on the `validate` split.
    ///
    /// - Returns: nil when `shouldStop` said so before the end.
    public func train(
        _ network: Network, epochs: Int, on indices: [Int], seed: UInt64, judge: Scorer.Judge = .validate, shouldStop: () -> Bool = { false }
    ) -> Result? {
        let started = DispatchTime.now().uptimeNanoseconds
        guard let (parameters, epochLosses) = trained(network, epochs: epochs, on: indices, seed: seed, shouldStop: shouldStop),
            let evaluation = task.evaluation(
                of: network, parameters, calibrationIndices: calibrationIndices, judge: judge, shouldStop: shouldStop)
        else { return nil }
        return Result(
            accuracy: evaluation.accuracy, loss: evaluation.loss.isFinite ? evaluation.loss : Scorer.divergedLoss,
            epochLosses: epochLosses, seconds: Double(DispatchTime.now().uptimeNanoseconds - started) / 1e9)
    }

    /// The parameters after `epochs` whole passes over `indices`, and the mean loss of each; nil when `shouldStop` said so before the end.
    public func trained(
        _ network: Network, epochs: Int, on indices: [Int], seed: UInt64, shouldStop: () -> Bool = { false }
    ) -> (parameters: Tensor, epochLosses: [Double])? {
        var random = SeededGenerator(seed: seed)
        var parameters = Scorer.initialParameters(network, seed: seed, device: device)
        var velocity = Tensor.zeros(parameters.shape, device: device)
        let stepsPerEpoch = (indices.count + recipe.batch - 1) / recipe.batch
        let steps = Double(epochs * stepsPerEpoch)
        var epochLosses: [Double] = []
        var step = 0
        let maker = StepMaker(network, .fastest(on: device))
        for _ in 0..<epochs {
            let order = indices.shuffled(using: &random)
            var total = 0.0
            for start in stride(from: 0, to: order.count, by: recipe.batch) {
                if shouldStop() { return nil }
                let rows = order[start..<min(start + recipe.batch, order.count)]
                let (images, labels) = task.trainingImages(rows, device: device)
                let made = maker.step(parameters, images, labels.oneHot(classes: task.classes), differentiable: false)
                total += made.loss * Double(rows.count)
                let rate = rate(at: Double(step) / steps)
                (parameters, velocity) = withoutGradients {
                    let gradient = made.gradient + parameters * recipe.weightDecay
                    let next = velocity * recipe.momentum + gradient
                    return (parameters - (gradient + next * recipe.momentum) * rate, next)
                }
                step += 1
            }
            epochLosses.append(total / Double(order.count))
        }
        return (parameters, epochLosses)
    }

    /// The learning rate after this fraction of the steps.
    func rate(at progress: Double) -> Double {
        recipe.peakRate * (progress < recipe.warmUp ? progress / recipe.warmUp : (1 - progress) / (1 - recipe.warmUp))
    }
}
