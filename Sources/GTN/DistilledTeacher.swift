import Tensors

/// Dataset Distillation as a teacher (Wang et al., "Dataset Distillation", 2018). Its parameters are the images, the labels and the
/// schedule.
///
/// Each image is learned as an offset from its start, in coordinates that suit meta-training:
///
///     image = start + directions · offset
///
/// Any complete set of directions can express every image. Meta-training is much faster with scaled principal components of the data than
/// with pixels, because gradients of different learners agree on an image's coarse features and conflict on its fine ones. A single
/// learner does not need them.
///
/// A curriculum may contain several epochs over the images: the same images and labels, with a separate learning rate (and momentum) for
/// each step.
public struct DistilledTeacher: Teacher {
    public let parameters: [TeacherParameter]
    public var kind: TeacherKind { .distilled }
    private let start: Tensor
    private let directions: Tensor?
    private let epochs: Int
    private let initialSchedule: InitialSchedule
    /// The labels, if they are not learned.
    private let fixedLabels: Tensor?

    /// - Parameters:
    ///   - images: [S, B, channels, height, width], normalized: the images of one epoch's S steps.
    ///   - labels: [S, B, classes], one-hot, or soft labels learned earlier.
    ///   - directions: [channels · height · width, coordinates]; nil for pixels.
    ///   - epochs: E. The curriculum has S · E steps.
    ///   - learnsLabels: whether to learn soft labels, starting from `labels`.
    ///   - schedule: the initial schedule of all steps. A momentum of 0 is not learned.
    ///   - rates: meta-learning rates of the parts, as multiples of the meta-learning rate.
    public init(
        images: Tensor, labels: Tensor, directions: Tensor?, epochs: Int = 1, learnsLabels: Bool = true,
        schedule: InitialSchedule = InitialSchedule(), rates: Rates = Rates()
    ) {
        start = images
        self.directions = directions
        self.epochs = epochs
        initialSchedule = schedule
        fixedLabels = learnsLabels ? nil : labels
        let (steps, batch) = (images.shape[0], images.shape[1])
        let offsets = TeacherParameter(
            name: "offsets",
            initialValue: Tensor.zeros(
                [steps * batch, directions?.shape[1] ?? images.count / (steps * batch)], type: images.type, device: images.device),
            relativeRate: rates.images)
        parameters =
            [offsets] + (learnsLabels ? [LearnedLabels.parameter(labels, relativeRate: rates.labels)] : [])
            + LearnedSchedule.parameters(steps: steps * epochs, from: schedule, relativeRate: rates.schedule)
    }

    /// Meta-learning rates as multiples of the meta-learning rate.
    public struct Rates: Sendable, Hashable {
        public var images = 1.0
        public var labels = 4.0
        /// Low, because large learning rates make learners chaotic, and the gradients of chaotic learners are noise.
        public var schedule = 0.5
        public init() {}
    }

    /// Returns the learned schedule. Its values come after those of images and labels.
    private func schedule(_ values: [Tensor]) -> LearnedSchedule {
        LearnedSchedule(values[(fixedLabels == nil ? 2 : 1)...], from: initialSchedule)
    }

    public func curriculum(_ values: [Tensor], draw: UInt64) -> Curriculum {
        let offsets = directions.map { values[0].matmul($0.permuted([1, 0])) } ?? values[0]
        let images = start + offsets.reshaped(start.shape)
        return schedule(values).curriculum(images: repeated(images), labels: repeated(fixedLabels ?? LearnedLabels(values[1]).labels))
    }

    public func pullback(_ values: [Tensor], _ gradient: Curriculum, draw: UInt64) -> [Tensor] {
        let pixels = summed(gradient.images).reshaped([values[0].shape[0], -1])
        let images = directions.map { pixels.matmul($0) } ?? pixels
        let labels = fixedLabels == nil ? [LearnedLabels(values[1]).pullback(summed(gradient.labels))] : []
        return [images] + labels + schedule(values).pullback(gradient)
    }

    /// Returns the steps of one epoch, repeated for every epoch: [S, …] → [S · E, …].
    private func repeated(_ tensor: Tensor) -> Tensor {
        epochs == 1 ? tensor : Tensor.concatenated([Tensor](repeating: tensor, count: epochs))
    }

    /// The transpose of `repeated`.
    private func summed(_ tensor: Tensor) -> Tensor { tensor.reshaped([epochs, tensor.shape[0] / epochs] + tensor.shape[1...]).sum([0]) }
}
