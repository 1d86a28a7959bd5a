import Tensors

/// Real images at a constant rate and momentum: what every learned teacher must beat.
public struct RealTeacher: Teacher {
    private let fixed: Curriculum

    public var kind: TeacherKind { .real }
    public var parameters: [TeacherParameter] { [] }

    public init(images: Tensor, labels: Tensor, learningRate: Double, momentum: Double) {
        let steps = [images.shape[0]]
        fixed = Curriculum(
            images: images, labels: labels, learningRate: Tensor.full(learningRate, steps, device: images.device),
            momentum: Tensor.full(momentum, steps, device: images.device))
    }

    public func curriculum(_ values: [Tensor], draw: UInt64) -> Curriculum { fixed }
    public func pullback(_ values: [Tensor], _ gradient: Curriculum, draw: UInt64) -> [Tensor] { [] }
}
