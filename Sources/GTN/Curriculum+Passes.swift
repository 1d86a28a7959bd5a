import Basics
import Tensors

extension Curriculum {
    /// E passes over the same images and labels, at a momentum of 0.9 and a rate that rises linearly to its peak over the first fifth of
    /// the steps and falls linearly to zero over the rest (Smith and Topin, "Super-Convergence", 2018).
    ///
    /// Learned rates are made for the end of few steps. A ranking needs many steps and a rate of zero at the end; nothing more is learned.
    ///
    /// - Parameters:
    ///   - passes: E; the result has T · E steps.
    ///   - peakRate: nil for the mean of the learned rates.
    /// - Precondition: learners follow stochastic gradient descent.
    public func repeated(passes: Int, peakRate: Double? = nil) -> Curriculum {
        precondition(optimizer == .sgd, "several passes: no rates are known for \(optimizer)")
        let peak = peakRate ?? learningRate.mean().item
        let count = steps * passes
        let rates = (0..<count).map { step in
            let progress = (Double(step) + 0.5) / Double(count)
            return peak * min(progress / Self.warmUp, (1 - progress) / (1 - Self.warmUp))
        }
        func repeated(_ tensor: Tensor) -> Tensor { Tensor.concatenated([Tensor](repeating: tensor, count: passes)) }
        return Curriculum(
            images: repeated(images), labels: repeated(labels), learningRate: Tensor(rates).to(learningRate.type, learningRate.device),
            momentum: Tensor.full(0.9, [count], type: momentum.type, device: momentum.device))
    }

    /// Share of the steps in which the rate rises.
    private static let warmUp = 0.2
}

extension TeacherFile {
    /// Refuses a teacher of which several passes have no rates.
    public func checkPasses(path: String) throws(InputError) {
        guard recipe.optimizer == .sgd else {
            throw InputError(
                """
                \(path): its learners follow \(recipe.optimizer.rawValue), of which no rates for several passes are known; make a teacher \
                with \(setting: "optimizer") sgd-momentum
                """)
        }
    }

    /// The teacher with E passes over its curriculum written out; what else it learned is left out
    /// (``Curriculum/repeated(passes:peakRate:)``).
    ///
    /// - Parameters:
    ///   - passes: E.
    ///   - peakRate: nil for the mean of the learned rates.
    public func repeated(passes: Int, peakRate: Double? = nil) -> TeacherFile {
        var file = self
        file.curriculum = curriculum.curriculum().repeated(passes: passes, peakRate: peakRate).snapshot
        file.values = [:]
        file.recipe.steps *= passes
        file.recipe.passes = passes * (recipe.passes ?? 1)
        // The recommendation was for the curriculum as it was.
        file.recipe.recommendation = nil
        return file
    }

    /// The teacher with one pass, where several are written out.
    public var onePass: TeacherFile {
        guard let passes = recipe.passes else { return self }
        var file = self
        file.curriculum = curriculum.firstSteps(divisor: passes)
        file.values = [:]
        file.recipe.steps /= passes
        file.recipe.passes = nil
        return file
    }
}
