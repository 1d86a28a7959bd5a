import Foundation
import Tensors

/// The meta-optimizer: Adam (Kingma and Ba, 2015, algorithm 1) over several tensors, each with its own learning rate.
public struct Adam {
    /// How the second moment is estimated.
    public enum Scaling: Sendable, Hashable {
        /// Each element has its own estimate, as published.
        case element
        /// The whole tensor shares one estimate, so elements with larger gradients move further.
        case tensor
    }

    public struct State {
        public var first: [Tensor]
        public var second: [Tensor]
        public var step: Int
    }

    public let beta1: Double
    public let beta2: Double
    public let epsilon = 1e-8
    /// Learning rate of each tensor, before the schedule's factor.
    public let rates: [Double]
    public let scalings: [Scaling]
    public var state: State

    public init(_ parameters: [Tensor], rates: [Double], scalings: [Scaling]? = nil, beta1: Double = 0.9, beta2: Double = 0.999) {
        precondition(parameters.count == rates.count, "\(rates.count) learning rates for \(parameters.count) tensors")
        self.scalings = scalings ?? [Scaling](repeating: .element, count: parameters.count)
        self.rates = rates
        self.beta1 = beta1
        self.beta2 = beta2
        let zeros = parameters.map { Tensor.zeros($0.shape, type: $0.type, device: $0.device) }
        state = State(
            first: zeros,
            second: zip(zeros, self.scalings).map { $1 == .element ? $0 : Tensor.zeros([], type: $0.type, device: $0.device) },
            step: 0)
    }

    /// Returns the parameters after one step against `gradients`, with every learning rate multiplied by `factor`.
    public mutating func step(_ parameters: [Tensor], _ gradients: [Tensor], factor: Double) -> [Tensor] {
        state.step += 1
        let correction1 = 1 - pow(beta1, Double(state.step))
        let correction2 = 1 - pow(beta2, Double(state.step))
        return withoutGradients {
            parameters.indices.map { index in
                let gradient = gradients[index]
                state.first[index] = state.first[index] * beta1 + gradient * (1 - beta1)
                let square = scalings[index] == .element ? gradient * gradient : (gradient * gradient).mean()
                state.second[index] = state.second[index] * beta2 + square * (1 - beta2)
                let size = (state.second[index] / correction2).squareRoot() + epsilon
                return parameters[index] - state.first[index] / size * (rates[index] * factor / correction1)
            }
        }
    }
}

/// Returns the factor of the learning rate at `progress` ∈ [0, 1]. It falls from 1 to `floor` along half a cosine (Loshchilov and Hutter,
/// "SGDR", 2017, eq. 5).
func cosineDecay(_ progress: Double, floor: Double) -> Double {
    floor + (1 - floor) * 0.5 * (1 + cos(.pi * min(max(progress, 0), 1)))
}

/// Returns the tensors, scaled so that their joint norm is at most `limit`.
func clipped(_ gradients: [Tensor], norm limit: Double) -> [Tensor] {
    let norm = gradients.reduce(0) { $0 + $1.dot($1).item }.squareRoot()
    return norm > limit ? gradients.map { $0 * (limit / norm) } : gradients
}
