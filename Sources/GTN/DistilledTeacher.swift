import Foundation
import Tensors

/// Dataset Distillation as a teacher: its parameters are the curriculum's images, soft labels and schedule.
///
/// Images start from real ones; labels are the softmax of learned logits that start at the true class.
public struct DistilledTeacher: Teacher {
    /// Probability of the true class at the start.
    static let initialConfidence = 0.9

    public let parameters: [TeacherParameter]
    public var kind: TeacherKind { .distilled }

    /// - Parameters:
    ///   - images: [T, B, channels, height, width], normalized.
    ///   - labels: [T, B, classes], one-hot.
    public init(images: Tensor, labels: Tensor, learningRate: Double, momentum: Double, rates: Rates = Rates()) {
        let others = Double(labels.shape[2] - 1)
        let gap = log(Self.initialConfidence * others / (1 - Self.initialConfidence))
        parameters =
            [
                TeacherParameter(name: "images", initialValue: images, relativeRate: rates.images),
                TeacherParameter(name: "label_logits", initialValue: labels * gap, relativeRate: rates.labels),
            ] + LearnedSchedule.parameters(steps: images.shape[0], learningRate: learningRate, momentum: momentum)
    }

    /// Relative meta-learning rates.
    public struct Rates: Sendable, Hashable {
        public var images = 1.0
        public var labels = 1.0
        public init() {}
    }

    public func curriculum(_ values: [Tensor]) -> Curriculum {
        let schedule = LearnedSchedule(values[2...3])
        return Curriculum(
            images: values[0], labels: values[1].logSoftmax(2).exp(), learningRate: schedule.learningRate, momentum: schedule.momentum)
    }

    public func pullback(_ values: [Tensor], _ gradient: Curriculum) -> [Tensor] {
        // Of a softmax p: p · (g − ⟨p, g⟩).
        let labels = values[1].logSoftmax(2).exp()
        let inner = (labels * gradient.labels).sum([2], keepAxes: true)
        return [gradient.images, labels * (gradient.labels - inner)]
            + LearnedSchedule(values[2...3]).pullback(learningRate: gradient.learningRate, momentum: gradient.momentum)
    }
}
