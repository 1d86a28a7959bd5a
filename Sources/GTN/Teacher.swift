import Tensors

/// Where a curriculum comes from.
public enum TeacherKind: String, Sendable, Hashable, CaseIterable, Codable {
    /// A generator network turns learned noise and labels into images (Such et al., "Generative Teaching Networks", 2020).
    case generative
    /// The images and their soft labels are learned themselves (Wang et al., "Dataset Distillation", 2018).
    case distilled
    /// Real images, at a constant rate and momentum. Nothing is learned.
    case real
}

/// A named tensor that meta-training learns, its learning rate relative to the teacher's, and how its gradient is scaled.
public struct TeacherParameter {
    public let name: String
    public let initialValue: Tensor
    public let relativeRate: Double
    public var scaling = Adam.Scaling.element
}

/// Something with learned parameters that makes a curriculum.
public protocol Teacher {
    var kind: TeacherKind { get }
    /// In the order in which `curriculum` and `pullback` take their values.
    var parameters: [TeacherParameter] { get }
    /// The curriculum that these parameter values make, without a graph.
    func curriculum(_ values: [Tensor]) -> Curriculum
    /// (∂curriculum/∂values)ᵀ · gradient: what the learners' averaged gradient means for the parameters.
    func pullback(_ values: [Tensor], _ gradient: Curriculum) -> [Tensor]
}
