import Tensors

/// A Generative Teaching Network with the full curriculum: noise of its own for every image of every step, learned and in fixed order.
///
/// The generator's pass is shared by all learners of a meta-step. Each step's batch norm uses that step's images alone, so the passes
/// run step by step with the same result as at once, and the backward pass rebuilds them one by one: memory stays flat in T.
public struct GenerativeTeacher: Teacher {
    public let generator: Generator
    /// [T, B, classes], one-hot and evenly distributed: what the generator is told to draw.
    public let labels: Tensor
    public let parameters: [TeacherParameter]
    /// Index of the noise among the parameters; the generator's weights come before, labels and schedule after.
    let noiseIndex: Int
    public var kind: TeacherKind { .generative }

    /// Relative meta-learning rates.
    public struct Rates: Sendable, Hashable {
        public var noise = 10.0
        public var labels = 60.0
        public var schedule = 15.0
        public init() {}
    }

    /// - Parameter noise: [T, B, noise].
    public init(
        _ generator: Generator, weights: [(name: String, value: Tensor)], noise: Tensor, labels: Tensor,
        schedule: InitialSchedule = InitialSchedule(), rates: Rates = Rates()
    ) {
        self.generator = generator
        self.labels = labels
        noiseIndex = weights.count
        parameters =
            weights.map { TeacherParameter(name: "generator.\($0.name)", initialValue: $0.value, relativeRate: 1) }
            + [
                TeacherParameter(name: "noise", initialValue: noise, relativeRate: rates.noise),
                LearnedLabels.parameter(labels, relativeRate: rates.labels),
            ] + LearnedSchedule.parameters(steps: noise.shape[0], from: schedule, relativeRate: rates.schedule)
    }

    public func curriculum(_ values: [Tensor]) -> Curriculum {
        let noise = values[noiseIndex]
        let weights = Array(values[..<noiseIndex])
        let images = TensorRows(noise.shape[0], of: [noise.shape[1]] + generator.image, type: noise.type, device: noise.device)
        withoutGradients {
            for step in 0..<noise.shape[0] { images.set(step, to: generator.images(noise: noise[step], labels: labels[step], weights: weights)) }
        }
        let schedule = LearnedSchedule(values[(noiseIndex + 2)...])
        return Curriculum(
            images: images.tensor, labels: LearnedLabels(values[noiseIndex + 1]).labels, learningRate: schedule.learningRate,
            momentum: schedule.momentum)
    }

    public func pullback(_ values: [Tensor], _ gradient: Curriculum) -> [Tensor] {
        let noise = values[noiseIndex]
        var totals = [Tensor?](repeating: nil, count: noiseIndex)
        var noiseRows: [Tensor] = []
        for step in 0..<noise.shape[0] {
            let weights = values[..<noiseIndex].map(\.leaf)
            let own = noise[step].leaf
            let images = generator.images(noise: own, labels: labels[step], weights: weights)
            let products = gradients(of: [images], cotangents: [gradient.images[step]], with: weights + [own])
            for index in totals.indices {
                totals[index] = totals[index].map { $0 + products[index]! } ?? products[index]!
            }
            noiseRows.append(products[noiseIndex]!)
        }
        return totals.map { $0! } + [Tensor.stacked(noiseRows), LearnedLabels(values[noiseIndex + 1]).pullback(gradient.labels)]
            + LearnedSchedule(values[(noiseIndex + 2)...])
            .pullback(learningRate: gradient.learningRate, momentum: gradient.momentum)
    }
}
