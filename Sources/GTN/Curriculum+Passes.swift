import Basics
import Tensors

extension Curriculum {
    /// Returns E passes over the same images and labels, with momentum 0.9 and a one-cycle learning rate.
    ///
    /// The learning rate rises linearly to its peak over the first fifth of the steps and falls linearly to zero over the rest (Smith and
    /// Topin, "Super-Convergence", 2018).
    ///
    /// The learned rates suit a single short pass. Ranking candidates needs more steps and a learning rate that falls to zero.
    ///
    /// - Parameters:
    ///   - passes: E. The result has T · E steps.
    ///   - peakRate: peak of the learning rate; nil uses the mean of the learned rates.
    /// - Precondition: the learners' optimizer is stochastic gradient descent.
    public func repeated(passes: Int, peakRate: Double? = nil) -> Curriculum {
        var result = cycled(passes: passes, peakRate: peakRate)
        func repeated(_ tensor: Tensor) -> Tensor { Tensor.concatenated([Tensor](repeating: tensor, count: passes)) }
        (result.images, result.labels) = (repeated(images), repeated(labels))
        return result
    }

    /// Returns the same passes with the images and labels of one: step t uses those of step t mod T. Only ``InnerLoop`` trains on it.
    func cycled(passes: Int, peakRate: Double? = nil) -> Curriculum {
        precondition(optimizer == .sgd, "several passes need the optimizer sgd-momentum, not \(optimizer)")
        let peak = peakRate ?? learningRate.mean().item
        let count = steps * passes
        let rates = (0..<count).map { step in
            let progress = (Double(step) + 0.5) / Double(count)
            return peak * min(progress / Self.warmUp, (1 - progress) / (1 - Self.warmUp))
        }
        return Curriculum(
            images: images, labels: labels, learningRate: Tensor(rates).to(learningRate.type, learningRate.device),
            momentum: Tensor.full(0.9, [count], type: momentum.type, device: momentum.device))
    }

    /// Share of the steps during which the learning rate rises.
    private static let warmUp = 0.2
}

extension Curriculum.Snapshot {
    /// Returns several passes that share their images (``Curriculum/repeated(passes:peakRate:)``).
    public func cycled(passes: Int, peakRate: Double? = nil) -> Self { curriculum().cycled(passes: passes, peakRate: peakRate).snapshot }
}

extension TeacherFile {
    /// Throws if the teacher's optimizer has no learning-rate schedule for several passes.
    public func checkPasses(path: String) throws(InputError) {
        guard recipe.optimizer == .sgd else {
            throw InputError(
                """
                \(path): its learners use \(recipe.optimizer.rawValue), which allows only one pass; meta-train a teacher with \
                \(setting: "optimizer") sgd-momentum
                """)
        }
    }

    /// Returns a teacher whose curriculum contains E passes (``Curriculum/repeated(passes:peakRate:)``). Its other learned tensors are
    /// dropped.
    ///
    /// - Parameters:
    ///   - passes: E.
    ///   - peakRate: peak of the learning rate; nil uses the mean of the learned rates.
    public func repeated(passes: Int, peakRate: Double? = nil) -> TeacherFile {
        var file = self
        file.curriculum = curriculum.curriculum().repeated(passes: passes, peakRate: peakRate).snapshot
        file.values = [:]
        file.recipe.steps *= passes
        file.recipe.passes = passes * (recipe.passes ?? 1)
        // The recommendation holds for the original curriculum only.
        file.recipe.recommendation = nil
        return file
    }

    /// The teacher with a single pass, if its file holds several.
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
