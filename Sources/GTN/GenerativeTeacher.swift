import Basics
import SearchSpace
import Tensors

/// A Generative Teaching Network: a generator makes the images from noise. With the full curriculum every image of every step has noise of
/// its own, learned and in fixed order; the other orders learn less.
///
/// The generator's pass is shared by all learners of a meta-step. Each step's batch norm uses that step's images alone, so the passes
/// run step by step with the same result as at once, and the backward pass rebuilds them one by one: memory stays flat in T.
public struct GenerativeTeacher: Teacher {
    public let generator: Generator
    /// [T, B, classes], one-hot and evenly distributed: the classes that the generator draws.
    public let labels: Tensor
    public let order: CurriculumOrder
    public let parameters: [TeacherParameter]
    public var kind: TeacherKind { .generative }
    /// How many of the parameters are the generator's; noise, labels and schedule come after.
    private let weightCount: Int
    private let noiseSize: Int
    private let initialSchedule: InitialSchedule

    /// Relative meta-learning rates.
    public struct Rates: Sendable, Hashable {
        public var noise = 10.0
        public var labels = 60.0
        public var schedule = 15.0
        public init() {}

        /// Along a linear path, images move as far as the noise does.
        static func standard(for sizes: Generator.Sizes) -> Rates {
            var rates = Rates()
            if sizes.linearPath { rates.noise = 20 }
            return rates
        }
    }

    /// - Parameters:
    ///   - generator: makes images of noise and labels.
    ///   - weights: the generator's, by name.
    ///   - noise: [T, B, noise]; not used where none is learned, nor are soft labels then.
    ///   - labels: [T, B, classes].
    ///   - order: how much of the noise is learned, and kept in its place.
    ///   - schedule: what rates and momenta start from.
    ///   - given: meta-learning rates of the parts, as multiples of meta-training's; nil for rates that were measured to be good.
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

    /// Which image, counted through all steps, stands at each place; nil where all stand where they were learned.
    private func places(_ draw: UInt64) -> [Int]? {
        let (steps, batch) = (labels.shape[0], labels.shape[1])
        var random = SeededGenerator(seed: draw)
        switch order {
        case .full, .none: return nil
        case .shuffledBatches: return (0..<steps).shuffled(using: &random).flatMap { step in (0..<batch).map { step * batch + $0 } }
        case .shuffled: return (0..<steps * batch).shuffled(using: &random)
        }
    }

    /// [T, B, …] with the images at their places.
    private func placed(_ tensor: Tensor, _ places: [Int]?) -> Tensor {
        guard let places else { return tensor }
        return tensor.reshaped([places.count] + tensor.shape[2...]).gathered(places).reshaped(tensor.shape)
    }

    /// The other way round.
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
