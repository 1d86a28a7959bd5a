import Tensors

/// The T training steps that a teacher gives to a learner. Nothing else passes between the two.
///
/// Row t is step t. Images are normalized with the data set's mean and standard deviation; labels are probabilities.
public struct Curriculum {
    /// The images of every step: [T, B, channels, height, width].
    public var images: Tensor
    /// The labels of every step: [T, B, classes].
    public var labels: Tensor
    /// The learning rate of every step: [T].
    public var learningRate: Tensor
    /// The momentum of every step: [T].
    public var momentum: Tensor
    /// The decay of the second moment in every step: [T]; nil for optimizers without a second moment.
    public var secondMomentDecay: Tensor?
    public let optimizer: InnerOptimizer

    public init(
        images: Tensor, labels: Tensor, learningRate: Tensor, momentum: Tensor, secondMomentDecay: Tensor? = nil,
        optimizer: InnerOptimizer = .sgd
    ) {
        precondition(
            (secondMomentDecay != nil) == optimizer.hasSecondMoment,
            "\(optimizer) with\(secondMomentDecay == nil ? "out" : "") a second moment")
        self.images = images
        self.labels = labels
        self.learningRate = learningRate
        self.momentum = momentum
        self.secondMomentDecay = secondMomentDecay
        self.optimizer = optimizer
    }

    /// T, the number of inner steps.
    public var steps: Int { images.shape[0] }
    /// B, the number of images of one step.
    public var batch: Int { images.shape[1] }

    /// The hyper-parameters of each step as numbers.
    var schedule: [StepSchedule] {
        let decays = secondMomentDecay?.doubles ?? [Double](repeating: 0, count: learningRate.shape[0])
        return zip(learningRate.doubles, zip(momentum.doubles, decays)).map {
            StepSchedule(learningRate: $0, momentum: $1.0, secondMomentDecay: $1.1)
        }
    }

    var tensors: [Tensor] { [images, labels, learningRate, momentum] + (secondMomentDecay.map { [$0] } ?? []) }

    init(_ tensors: [Tensor], _ optimizer: InnerOptimizer) {
        self.init(
            images: tensors[0], labels: tensors[1], learningRate: tensors[2], momentum: tensors[3],
            secondMomentDecay: optimizer.hasSecondMoment ? tensors[4] : nil, optimizer: optimizer)
    }

    func map(_ transform: (Tensor) -> Tensor) -> Curriculum { Curriculum(tensors.map(transform), optimizer) }

    /// Returns the same images and labels with constant hyper-parameters.
    func constant(_ schedule: InitialSchedule) -> Curriculum {
        Curriculum(images: images, labels: labels, constant: schedule)
    }

    /// Creates a curriculum with constant hyper-parameters.
    init(images: Tensor, labels: Tensor, constant schedule: InitialSchedule) {
        func constant(_ value: Double) -> Tensor { Tensor.full(value, [images.shape[0]], type: images.type, device: images.device) }
        self.init(
            images: images, labels: labels, learningRate: constant(schedule.learningRate), momentum: constant(schedule.momentum),
            secondMomentDecay: schedule.optimizer.hasSecondMoment ? constant(schedule.secondMomentDecay) : nil,
            optimizer: schedule.optimizer)
    }

    /// Returns the first steps.
    func prefix(_ steps: Int) -> Curriculum { steps == self.steps ? self : map { $0.slice(0..<steps) } }

    /// Returns the curriculum, extended with zero steps to `steps` steps.
    func padded(to steps: Int) -> Curriculum {
        guard steps > self.steps else { return self }
        return map { tensor in
            Tensor.concatenated([
                tensor, Tensor.zeros([steps - self.steps] + tensor.shape.dropFirst(), type: tensor.type, device: tensor.device),
            ])
        }
    }

    /// A copy as plain bytes, which can be sent to another thread.
    public var snapshot: Snapshot { Snapshot(tensors: tensors.map(TensorSnapshot.init), optimizer: optimizer) }

    public struct Snapshot: Sendable {
        let tensors: [TensorSnapshot]
        let optimizer: InnerOptimizer

        public func curriculum(on device: Device = .cpu) -> Curriculum { Curriculum(tensors.map { $0.tensor(on: device) }, optimizer) }

        /// Returns the first T / divisor steps, rounded up.
        public func firstSteps(divisor: Int) -> Snapshot {
            guard divisor > 1 else { return self }
            let whole = curriculum()
            return whole.prefix((whole.steps + divisor - 1) / divisor).snapshot
        }
    }
}
