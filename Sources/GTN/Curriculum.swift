import Tensors

/// What a teacher makes and a learner trains on for T steps: the only thing that passes between them.
///
/// Row t is step t. Images are normalized with the data set's mean and standard deviation; labels are probabilities.
public struct Curriculum {
    /// [T, B, channels, height, width]
    public var images: Tensor
    /// [T, B, classes]
    public var labels: Tensor
    /// [T]
    public var learningRate: Tensor
    /// [T]
    public var momentum: Tensor

    public init(images: Tensor, labels: Tensor, learningRate: Tensor, momentum: Tensor) {
        self.images = images
        self.labels = labels
        self.learningRate = learningRate
        self.momentum = momentum
    }

    /// T, the number of inner steps.
    public var steps: Int { images.shape[0] }
    /// B, the number of images of one step.
    public var batch: Int { images.shape[1] }

    var tensors: [Tensor] { [images, labels, learningRate, momentum] }

    init(_ tensors: [Tensor]) {
        self.init(images: tensors[0], labels: tensors[1], learningRate: tensors[2], momentum: tensors[3])
    }

    func map(_ transform: (Tensor) -> Tensor) -> Curriculum { Curriculum(tensors.map(transform)) }

    /// The numbers alone: what goes to another thread.
    public var snapshot: Snapshot { Snapshot(tensors: tensors.map(TensorSnapshot.init)) }

    public struct Snapshot: Sendable {
        let tensors: [TensorSnapshot]

        public func curriculum(on device: Device = .cpu) -> Curriculum { Curriculum(tensors.map { $0.tensor(on: device) }) }
    }
}
