import Basics
import SearchSpace
import Tensors

/// A Generative Teaching Network: a generator turns noise into images. In a full curriculum, every image of every step has its own learned
/// noise in a fixed order; the other orders learn less.
///
/// All learners of a meta-step share one pass of the generator. Batch norm uses the images of one step only, so the generator can run step
/// by step with the same result. The backward pass rebuilds one step at a time, which keeps memory constant in T.
public struct GenerativeTeacher: Teacher {
    public let generator: Generator
    /// The classes that the generator draws, one-hot and balanced: [T, B, classes].
    public let labels: Tensor
    public let order: CurriculumOrder
    public let parameters: [TeacherParameter]
    public var kind: TeacherKind { .generative }
    /// The number of parameters that belong to the generator; noise, labels and schedule follow them.
    private let weightCount: Int
    private let noiseSize: Int
    private let initialSchedule: InitialSchedule

    /// Meta-learning rates as multiples of the meta-learning rate.
    public struct Rates: Sendable, Hashable {
        public var noise = 10.0
        public var labels = 60.0
        public var schedule = 15.0
        public init() {}

        /// Returns the default rates. A linear path moves images as far as their noise, and then a higher noise rate works.
        static func standard(for sizes: Generator.Sizes) -> Rates {
            var rates = Rates()
            if sizes.linearPath { rates.noise = 20 }
            return rates
        }
    }

    /// - Parameters:
    ///   - generator: turns noise and labels into images.
    ///   - weights: the generator's initial weights, by name.
    ///   - noise: [T, B, noise]. Ignored if the order learns no noise; the labels then stay one-hot.
    ///   - labels: [T, B, classes].
    ///   - order: how much of the noise and its order is learned.
    ///   - schedule: the initial learning rates and momenta.
    ///   - given: meta-learning rates of the parts, as multiples of the meta-learning rate; nil for measured defaults.
    public init(
        _ generator: Generator, weights: [(name: String, value: Tensor)], noise: Tensor, labels: Tensor, order: CurriculumOrder = .full,
        schedule: InitialSchedule = InitialSchedule(), rates given: Rates? = nil
    ) {
        let rates = given ?? .standard(for: generator.sizes)
        self.generator = generator
        self.labels = labels
        self.order = order
        weightCount = weights.count
        noiseSize = noise.shape[2]
        initialSchedule = schedule
        let own = [
            TeacherParameter(name: "noise", initialValue: noise, relativeRate: rates.noise),
            LearnedLabels.parameter(labels, relativeRate: rates.labels),
        ]
        parameters =
            weights.map { TeacherParameter(name: "generator.\($0.name)", initialValue: $0.value, relativeRate: 1) }
            + (order == .none ? [] : own)
            + LearnedSchedule.parameters(steps: labels.shape[0], from: schedule, relativeRate: rates.schedule)
    }

    private func schedule(_ values: [Tensor]) -> LearnedSchedule {
        LearnedSchedule(values[(order == .none ? weightCount : weightCount + 2)...], from: initialSchedule)
    }

    /// Returns the index of the image shown at each position, counted through all steps; nil if every image keeps its learned position.
    private func places(_ draw: UInt64) -> [Int]? {
        let (steps, batch) = (labels.shape[0], labels.shape[1])
        var random = SeededGenerator(seed: draw)
        switch order {
        case .full, .none: return nil
        case .shuffledBatches: return (0..<steps).shuffled(using: &random).flatMap { step in (0..<batch).map { step * batch + $0 } }
        case .shuffled: return (0..<steps * batch).shuffled(using: &random)
        }
    }

    /// Returns the tensor [T, B, …] with each image moved to its position.
    private func placed(_ tensor: Tensor, _ places: [Int]?) -> Tensor {
        guard let places else { return tensor }
        return tensor.reshaped([places.count] + tensor.shape[2...]).gathered(places).reshaped(tensor.shape)
    }

    /// The inverse of `placed`.
    private func replaced(_ tensor: Tensor, _ places: [Int]?) -> Tensor {
        guard let places else { return tensor }
        var inverse = places
        for (place, image) in places.enumerated() { inverse[image] = place }
        return placed(tensor, inverse)
    }

    private func noise(_ values: [Tensor], _ places: [Int]?, _ draw: UInt64) -> Tensor {
        guard order == .none else { return placed(values[weightCount], places) }
        let shape = [labels.shape[0], labels.shape[1], noiseSize]
        return TensorGenerator(seed: draw).normal(shape, type: labels.type, device: labels.device)
    }

    public func curriculum(_ values: [Tensor], draw: UInt64) -> Curriculum {
        let places = places(draw)
        let (noise, classes) = (noise(values, places, draw), placed(labels, places))
        let weights = Array(values[..<weightCount])
        let images = TensorRows(noise.shape[0], of: [noise.shape[1]] + generator.image, type: noise.type, device: noise.device)
        withoutGradients {
            for step in 0..<noise.shape[0] {
                images.set(step, to: generator.images(noise: noise[step], labels: classes[step], weights: weights))
            }
        }
        return schedule(values).curriculum(
            images: images.tensor, labels: order == .none ? classes : placed(LearnedLabels(values[weightCount + 1]).labels, places))
    }

    public func pullback(_ values: [Tensor], _ gradient: Curriculum, draw: UInt64) -> [Tensor] {
        let places = places(draw)
        let (noise, classes) = (noise(values, places, draw), placed(labels, places))
        var totals = [Tensor?](repeating: nil, count: weightCount)
        let noiseRows = TensorRows(noise.shape[0], of: Array(noise.shape[1...]), type: noise.type, device: noise.device)
        for step in 0..<noise.shape[0] {
            let weights = values[..<weightCount].map(\.leaf)
            let own = noise[step].leaf
            let images = generator.images(noise: own, labels: classes[step], weights: weights)
            let products = gradients(of: [images], cotangents: [gradient.images[step]], with: weights + [own])
            for index in totals.indices {
                totals[index] = totals[index].map { $0 + products[index]! } ?? products[index]!
            }
            noiseRows.set(step, to: products[weightCount]!)
        }
        let own =
            order == .none
            ? [] : [replaced(noiseRows.tensor, places), LearnedLabels(values[weightCount + 1]).pullback(replaced(gradient.labels, places))]
        return totals.map { $0! } + own + schedule(values).pullback(gradient)
    }
}
