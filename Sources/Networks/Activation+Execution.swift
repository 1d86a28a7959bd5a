internal import CLearner
import SearchSpace
import Tensors

extension Activation {
    /// Slope of the leaky ReLU for negative inputs, as in the paper on Generative Teaching Networks.
    public static let leakySlope = 0.1

    /// Whether the activation is a rectifier.
    public var isRectifier: Bool {
        switch self {
        case .relu, .relu6, .leakyReLU: true
        case .swish, .hardSwish, .sigmoid, .tanh, .gelu: false
        }
    }

    func apply(_ x: Tensor) -> Tensor {
        switch self {
        case .relu: x.relu()
        case .relu6: x.relu6()
        case .leakyReLU: x.leakyReLU(slope: Self.leakySlope)
        case .swish: x.swish()
        case .hardSwish: x.hardSwish()
        case .sigmoid: x.sigmoid()
        case .tanh: x.tanh()
        case .gelu: x.gelu()
        }
    }

    var code: cl_activation {
        switch self {
        case .relu: CL_RELU
        case .relu6: CL_RELU6
        case .leakyReLU: CL_LEAKY_RELU
        case .swish: CL_SWISH
        case .hardSwish: CL_HARD_SWISH
        case .sigmoid: CL_SIGMOID
        case .tanh: CL_TANH
        case .gelu: CL_GELU
        }
    }
}
