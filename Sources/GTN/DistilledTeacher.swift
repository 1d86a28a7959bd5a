import Tensors

/// Dataset Distillation as a teacher: its parameters are the curriculum's images, soft labels and schedule.
///
/// Images start from real ones. What is learned is each image's offset, in coordinates in which meta-training should take its steps:
///
///     image = start + directions · offset
///
/// Any complete set of directions reaches the same images; scaled principal components of the data are much faster than pixels, for
/// learners agree on the coarse features of an image and contradict one another on the fine ones.
public struct DistilledTeacher: Teacher {
    public let parameters: [TeacherParameter]
    public var kind: TeacherKind { .distilled }
    private let start: Tensor
    private let directions: Tensor

    /// - Parameters:
    ///   - images: [T, B, channels, height, width], normalized.
    ///   - labels: [T, B, classes], one-hot.
    ///   - directions: [channels · height · width, coordinates].
    public init(images: Tensor, labels: Tensor, directions: Tensor, schedule: InitialSchedule = InitialSchedule(), rates: Rates = Rates()) {
        start = images
        self.directions = directions
        let (steps, batch) = (images.shape[0], images.shape[1])
        parameters =
            [
                TeacherParameter(
                    name: "offsets", initialValue: Tensor.zeros([steps * batch, directions.shape[1]], type: images.type, device: images.device),
                    relativeRate: rates.images),
                LearnedLabels.parameter(labels, relativeRate: rates.labels),
            ] + LearnedSchedule.parameters(steps: steps, from: schedule, relativeRate: rates.schedule)
    }

    /// Relative meta-learning rates.
    public struct Rates: Sendable, Hashable {
        public var images = 1.0
        public var labels = 4.0
        /// Slow, for large rates make learners chaotic, and chaotic learners tell little about images.
        public var schedule = 0.5
        public init() {}
    }

    public func curriculum(_ values: [Tensor]) -> Curriculum {
        let schedule = LearnedSchedule(values[2...3])
        return Curriculum(
            images: start + values[0].matmul(directions.permuted([1, 0])).reshaped(start.shape), labels: LearnedLabels(values[1]).labels,
            learningRate: schedule.learningRate, momentum: schedule.momentum)
    }

    public func pullback(_ values: [Tensor], _ gradient: Curriculum) -> [Tensor] {
        [
            gradient.images.reshaped([values[0].shape[0], directions.shape[0]]).matmul(directions),
            LearnedLabels(values[1]).pullback(gradient.labels),
        ] + LearnedSchedule(values[2...3]).pullback(learningRate: gradient.learningRate, momentum: gradient.momentum)
    }
}
