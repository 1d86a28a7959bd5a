import Tensors

/// A source of curricula, with learned parameters.
public protocol Teacher {
    var kind: TeacherKind { get }
    /// The parameters, in the order of the values that `curriculum` and `pullback` take.
    var parameters: [TeacherParameter] { get }
    /// Returns the curriculum for these parameter values, without a graph. `draw` seeds its random choices.
    func curriculum(_ values: [Tensor], draw: UInt64) -> Curriculum
    /// Returns (∂curriculum/∂values)ᵀ · gradient for the same draw: the gradient of the parameters, given the gradient of the curriculum.
    func pullback(_ values: [Tensor], _ gradient: Curriculum, draw: UInt64) -> [Tensor]
}

/// A named tensor that meta-training learns, with its relative learning rate and the scaling of its gradient.
public struct TeacherParameter {
    public let name: String
    public let initialValue: Tensor
    public let relativeRate: Double
    public var scaling = Adam.Scaling.element
}
