import Tensors

extension Curriculum {
    /// The same images and labels `epochs` times over, at a momentum of 0.9 and a rate that rises linearly for the first fifth of the steps to its
    /// peak and falls to zero (Smith and Topin, "Super-Convergence", 2018).
    ///
    /// What learned rates are for is to be good at the end of few steps; a ranking wants many, and an end at rest. Nothing more is learned.
    ///
    /// - Parameters:
    ///   - epochs: E; the result has T · E steps.
    ///   - peakRate: nil for the mean of the learned rates.
    /// - Precondition: its learners follow stochastic gradient descent.
    public func replayed(epochs: Int, peakRate: Double? = nil) -> Curriculum {
        precondition(optimizer == .sgd, "replay: no rates are known for \(optimizer)")
        let peak = peakRate ?? learningRate.mean().item
        let count = steps * epochs
        let rates = (0..<count).map { step in
            let progress = (Double(step) + 0.5) / Double(count)
            return peak * min(progress / Self.warmUp, (1 - progress) / (1 - Self.warmUp))
        }
        func repeated(_ tensor: Tensor) -> Tensor { Tensor.concatenated([Tensor](repeating: tensor, count: epochs)) }
        return Curriculum(
            images: repeated(images), labels: repeated(labels), learningRate: Tensor(rates).to(learningRate.type, learningRate.device),
            momentum: Tensor.full(0.9, [count], type: momentum.type, device: momentum.device))
    }

    private static let warmUp = 0.2
}

extension TeacherFile {
    /// The file of its curriculum replayed; what else the teacher learned is left out. See ``Curriculum/replayed(epochs:peakRate:)``.
    ///
    /// - Parameters:
    ///   - epochs: how often the steps are gone through.
    ///   - peakRate: nil for the mean of the learned rates.
    public func replayed(epochs: Int, peakRate: Double? = nil) -> TeacherFile {
        var file = self
        file.curriculum = curriculum.curriculum().replayed(epochs: epochs, peakRate: peakRate).snapshot
        file.values = [:]
        file.recipe.steps *= epochs
        file.recipe.replays = epochs * (recipe.replays ?? 1)
        // It was for the curriculum as it was.
        file.recipe.advice = nil
        return file
    }

    /// The file of its curriculum kept once, where it is written out for each time that it is gone through: how often and at which rates that is done is
    /// for others to say.
    public var keptOnce: TeacherFile {
        guard let replays = recipe.replays else { return self }
        var file = self
        file.curriculum = curriculum.firstSteps(divisor: replays)
        file.values = [:]
        file.recipe.steps /= replays
        file.recipe.replays = nil
        return file
    }
}
