import Tensors

/// Real images with constant hyper-parameters: the baseline of every learned teacher.
public struct RealTeacher: Teacher {
    private let fixed: Curriculum

    public var kind: TeacherKind { .real }
    public var parameters: [TeacherParameter] { [] }

    public init(images: Tensor, labels: Tensor, schedule: InitialSchedule) {
        fixed = Curriculum(images: images, labels: labels, constant: schedule)
    }

    public func curriculum(_ values: [Tensor], draw: UInt64) -> Curriculum { fixed }
    public func pullback(_ values: [Tensor], _ gradient: Curriculum, draw: UInt64) -> [Tensor] { [] }
}
