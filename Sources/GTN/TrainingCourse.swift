import Basics
import Datasets
import Networks
import SearchSpace
import Tensors

/// Training on real images, one step at a time.
///
/// With g_t the gradient of step t plus `weightDecay` θ_t, Nesterov momentum is v_{t+1} = μ v_t + g_t and θ_{t+1} = θ_t − η_t (g_t + μ
/// v_{t+1}). Each epoch visits all images in a new order.
struct TrainingCourse {
    /// The state that the next step depends on, apart from the course's constants.
    struct State {
        var parameters: Tensor
        var velocity: Tensor
        /// The average of iterates; nil if the recipe has none.
        var average: Tensor?
        /// Number of completed steps.
        var step = 0
        /// Mean loss of each completed epoch.
        var epochLosses: [Double] = []
        /// Sum of the losses of the current epoch's images so far.
        var lossSum = 0.0

        /// The parameters that are evaluated.
        var evaluated: Tensor { average ?? parameters }
    }

    private(set) var state: State
    let stepsPerEpoch: Int
    private let training: RealTraining
    private let indices: [Int]
    private let seed: UInt64
    private let workers: Int
    private let shards: [Shard]
    /// The order of images in the current epoch.
    private var order: [Int] = []
    private var random: SeededGenerator
    /// Number of epochs whose order has been drawn.
    private var drawn = 0

    /// - Parameters:
    ///   - indices: indices into the training file.
    ///   - earlier: the state of an interrupted training.
    ///   - workers: number of threads for the shards of a batch.
    init(
        _ training: RealTraining, _ network: Network, on indices: [Int], seed: UInt64, from earlier: State? = nil, workers: Int = 1
    ) {
        self.training = training
        self.indices = indices
        self.seed = seed
        self.workers = workers
        let refinements = training.recipe.refinements
        let parameters = earlier?.parameters ?? Scorer.initialParameters(network, seed: seed, device: training.device)
        state =
            earlier
            ?? State(
                parameters: parameters, velocity: Tensor.zeros(parameters.shape, device: training.device),
                average: refinements == nil ? nil : parameters)
        stepsPerEpoch = (indices.count + training.recipe.batch - 1) / training.recipe.batch
        random = SeededGenerator(seed: seed)
        // Compiled networks do not support dropout. Trainings that compare candidates do not use it.
        let hasDropout = refinements != nil && network.graph.hasDropout
        shards = (0..<(refinements?.shards ?? 1)).map { _ in
            Shard(StepMaker(network, hasDropout ? .graphs : .fastest(on: training.device)), hasDropout: hasDropout)
        }
    }

    /// Makes the next step, with the learning rate at this share of the training.
    mutating func step(progress: Double) {
        let recipe = training.recipe
        let place = state.step % stepsPerEpoch
        // Each order depends on the previous ones, so a resumed training draws all of them again.
        while drawn <= state.step / stepsPerEpoch {
            order = indices.shuffled(using: &random)
            drawn += 1
        }
        if place == 0 { state.lossSum = 0 }
        let rows = order[place * recipe.batch..<min((place + 1) * recipe.batch, order.count)]
        let (loss, slope) = lossAndGradient(rows)
        state.lossSum += loss * Double(rows.count)
        let rate = training.rate(at: progress)
        (state.parameters, state.velocity) = withoutGradients {
            let gradient = slope + state.parameters * recipe.weightDecay
            let next = state.velocity * recipe.momentum + gradient
            return (state.parameters - (gradient + next * recipe.momentum) * rate, next)
        }
        state.step += 1
        if let refinements = recipe.refinements, let average = state.average {
            state.average = Self.average(average, state.parameters, step: state.step, decay: refinements.averageDecay)
        }
        if place == stepsPerEpoch - 1 { state.epochLosses.append(state.lossSum / Double(order.count)) }
    }

    /// Returns the average of iterates after this step.
    static func average(_ average: Tensor, _ iterate: Tensor, step: Int, decay: Double) -> Tensor {
        let kept = min(decay, Double(1 + step) / Double(10 + step))
        return withoutGradients { average + (iterate - average) * (1 - kept) }
    }

    /// Returns one-hot labels with a share spread evenly over all classes.
    static func smoothed(_ labels: Tensor, by share: Double) -> Tensor {
        share == 0 ? labels : labels * (1 - share) + share / Double(labels.shape[1])
    }

    /// Returns the mean loss of a batch and its gradient.
    private func lossAndGradient(_ rows: ArraySlice<Int>) -> (loss: Double, gradient: Tensor) {
        let task = training.task
        guard let refinements = training.recipe.refinements else {
            let (images, labels) = task.trainingImages(rows, device: training.device)
            let made = shards[0].maker.step(
                state.parameters, images, labels.oneHot(classes: task.classes), differentiable: false)
            return (made.loss, made.gradient)
        }
        // A step's random numbers depend only on its index, so a checkpoint needs no generator state.
        var random = SeedStream.augmentation.generator(seed, UInt64(state.step))
        let images = task.dataset.train.images(
            at: rows, task.normalization, refinements.augmentation, using: &random, device: training.device)
        let labels = Self.smoothed(
            task.dataset.train.labels(at: rows, device: training.device).oneHot(classes: task.classes), by: refinements.labelSmoothing)
        // Norms need at least two images.
        let count = max(1, min(shards.count, rows.count / 2))
        let bounds = (0...count).map { $0 * rows.count / count }
        let work = Work(parameters: state.parameters, images: images, labels: labels, seed: random.next())
        let parts = parallelMap(count, workers: workers) { [shards] index in
            shards[index].part(of: work, bounds[index]..<bounds[index + 1], index)
        }
        return withoutGradients {
            let weights = parts.indices.map { Double(bounds[$0 + 1] - bounds[$0]) / Double(rows.count) }
            return (
                zip(parts, weights).reduce(0) { $0 + $1.0.loss * $1.1 },
                Tensor.sum(of: zip(parts, weights).map { $0.gradient * $1 })
            )
        }
    }

    /// The inputs of one step's shards; no shard changes them.
    private struct Work: @unchecked Sendable {
        let parameters: Tensor
        let images: Tensor
        let labels: Tensor
        let seed: UInt64
    }

    /// The result of a shard, passed on by the thread that made it.
    private struct Part: @unchecked Sendable {
        let loss: Double
        let gradient: Tensor
    }

    /// Computes one part of each batch, on one thread at a time.
    private struct Shard: @unchecked Sendable {
        let maker: StepMaker
        let hasDropout: Bool

        init(_ maker: StepMaker, hasDropout: Bool) {
            self.maker = maker
            self.hasDropout = hasDropout
        }

        func part(of work: Work, _ range: Range<Int>, _ index: Int) -> Part {
            let dropout = hasDropout ? TensorGenerator(seed: SeedStream.numbered.seed(work.seed, UInt64(index))) : nil
            let made = maker.step(
                work.parameters, work.images.slice(range), work.labels.slice(range), differentiable: false, dropout: dropout)
            return Part(loss: made.loss, gradient: made.gradient)
        }
    }
}
