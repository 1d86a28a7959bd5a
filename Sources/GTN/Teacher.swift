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
    /// The curriculum that these parameter values make, without a graph. What is random in it follows `draw`.
    func curriculum(_ values: [Tensor], draw: UInt64) -> Curriculum
    /// (∂curriculum/∂values)ᵀ · gradient, of the curriculum of the same draw: what the learners' averaged gradient means for the parameters.
    func pullback(_ values: [Tensor], _ gradient: Curriculum, draw: UInt64) -> [Tensor]
}

/// What of a generative teacher's curriculum is learned: the four variants of the paper (Such et al., 2020, section 3.2).
public enum CurriculumOrder: String, Sendable, Hashable, CaseIterable, Codable {
    /// The noise of every image is learned, and its place in the order.
    case full
    /// The noise of every image is learned, and which images make up a step; the steps come in random order.
    case shuffledBatches = "shuffled-batches"
    /// The noise of every image is learned; the images come in random order.
    case shuffled
    /// Noise is drawn anew each time.
    case none
}
