/// An elementwise nonlinearity.
public enum Activation: String, Hashable, Sendable, CaseIterable {
    case relu
    case relu6
    case leakyReLU = "leaky-relu"
    case swish
    case hardSwish = "hard-swish"
    case sigmoid
    case tanh
    case gelu
}
