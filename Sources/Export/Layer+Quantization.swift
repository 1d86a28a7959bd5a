import SearchSpace

extension Layer {
    /// How an 8-bit network stores the output of a layer.
    enum Storage {
        /// Not at all: it equals the input.
        case none
        /// On the grid of the input, because all its numbers are numbers of the input.
        case gridOfInput
        /// On its own grid. The layer's input is not stored if nothing else reads it, because runtimes fuse the two layers.
        case fused
        /// As `fused`, but only after a convolution.
        case fusedWithConvolution
        case ownGrid
    }

    var storage: Storage {
        switch self {
        case .identity, .dropout, .dropPath: .none
        case .maxPool, .flatten: .gridOfInput
        case .activation(.relu), .activation(.relu6): .fused
        case .bias: .fusedWithConvolution
        case .activation(.leakyReLU), .activation(.swish), .activation(.hardSwish), .activation(.sigmoid), .activation(.tanh),
            .activation(.gelu), .input, .zero, .convolution, .norm, .groupNorm, .averagePool, .globalAveragePool, .linear, .sum,
            .concatenation, .scale:
            .ownGrid
        }
    }
}
