import Tensors

/// A source of curricula, with learned parameters.
public protocol Teacher {
    var kind: TeacherKind { get }
    /// In the order in which `curriculum` and `pullback` take their values.
    var parameters: [TeacherParameter] { get }
    /// The curriculum of these parameter values, without a graph; its random choices follow `draw`.
    func curriculum(_ values: [Tensor], draw: UInt64) -> Curriculum
    /// (∂curriculum/∂values)ᵀ · gradient, of the curriculum of the same draw: the gradient of the parameters from that of the curriculum.
    func pullback(_ values: [Tensor], _ gradient: Curriculum, draw: UInt64) -> [Tensor]
}

/// A named tensor that meta-training learns, its learning rate relative to the teacher's, and how its gradient is scaled.
public struct TeacherParameter {
    public let name: String
    public let initialValue: Tensor
    public let relativeRate: Double
    public var scaling = Adam.Scaling.element
}
