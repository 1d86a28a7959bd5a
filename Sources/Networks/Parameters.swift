import SearchSpace
import Tensors

/// One learned tensor of a network: `<node>.weight`, `<node>.bias` or `<node>.gain`.
public struct Parameter: Sendable, Hashable {
    public enum Initialization: Sendable, Hashable {
        /// Normal with standard deviation √(2 / fan-in) (He et al., "Delving Deep into Rectifiers", 2015, eq. 10).
        case heNormal(fanIn: Int)
        /// Uniform in ±1/√fan-in.
        case uniform(fanIn: Int)
        case constant(Double)
    }

    public let name: String
    public let shape: [Int]
    public let initialization: Initialization

    public var count: Int { shape.reduce(1, *) }
}

/// The offset of each parameter in one flat vector. Optimizers and the adjoint use the whole vector, and networks use the pieces.
public struct ParameterLayout: Sendable, Hashable {
    public let parameters: [Parameter]
    public let count: Int

    public init(_ parameters: [Parameter]) {
        self.parameters = parameters
        count = parameters.reduce(0) { $0 + $1.count }
    }

    /// Returns fresh values [count], drawn in the order of the parameters.
    public func initialValues(using generator: TensorGenerator, type: ScalarType = .float32, device: Device = .cpu) -> Tensor {
        Tensor.concatenated(
            parameters.map { parameter in
                let length = [parameter.count]
                switch parameter.initialization {
                case .heNormal(let fanIn):
                    return generator.normal(length, type: type) * (2 / Double(fanIn)).squareRoot()
                case .uniform(let fanIn):
                    return (generator.uniform(length, type: type) * 2 - 1) * (1 / Double(fanIn).squareRoot())
                case .constant(let value):
                    return Tensor.full(value, length, type: type)
                }
            }
        ).to(device)
    }

    /// Returns the pieces of a flat vector, each in its parameter's shape.
    public func pieces(of flat: Tensor) -> [Tensor] {
        zip(flat.split(parameters.map(\.count)), parameters).map { $0.reshaped($1.shape) }
    }

    /// Joins pieces into a flat vector; nil pieces become zeros.
    public func flat(_ pieces: [Tensor?], like vector: Tensor) -> Tensor {
        Tensor.concatenated(
            zip(pieces, parameters).map { piece, parameter in
                piece?.reshaped([parameter.count]) ?? Tensor.zeros([parameter.count], type: vector.type, device: vector.device)
            })
    }
}
