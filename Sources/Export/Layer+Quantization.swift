import SearchSpace

extension Layer {
    /// How an 8-bit network stores the output of a layer.
    enum Storage {
        /// It is the input.
        case none
        /// It has only numbers of the input, on the same grid.
        case gridOfInput
        /// It has a grid of its own, and the input before it needs none if nothing else reads it, because runtimes fuse both.
        case fused
        /// The same after a convolution.
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
