import Tensors

extension TeacherEvaluation {
    /// Factors by which a teacher's learned rates are scaled when learners of another kind are evaluated.
    public static let rateFactors = [1.0 / 64, 1.0 / 32, 1.0 / 16, 1.0 / 8, 1.0 / 4, 1.0 / 2, 1, 2]

    /// The accuracy of learners on a curriculum whose learning rates are scaled for their kind.
    ///
    /// The images of a curriculum may teach networks for which its learned rates are wrong. With another depth or another head, the best
    /// learning rates differ by a factor of ten. The baseline on real data uses the best learning rate of a grid for each kind of network,
    /// so the curriculum does too.
    public struct ScaledRates: Sendable {
        public struct GridPoint: Sendable, Hashable, Codable {
            /// c of the learning rates c · ηₜ.
            public let factor: Double
            /// Mean accuracy of the first few learners on images of the `score` split.
            public let accuracy: Double
        }

        public let points: [GridPoint]
        /// The factor of the highest accuracy.
        public let best: Double
        /// Test accuracy of each learner after the curriculum with its learning rates multiplied by `best`.
        public let accuracies: [Double]
    }

    /// Evaluates the curriculum at the best of `rateFactors`, selected like the schedule for real data; nil if `shouldStop` returned true
    /// before the end.
    public func scaledRates(of curriculum: Curriculum, shouldStop: @escaping @Sendable () -> Bool = { false }) -> ScaledRates? {
        let scaled = Self.rateFactors.map(curriculum.withRates(times:))
        guard let found = gridAccuracies(scaled, shouldStop) else { return nil }
        let points = zip(Self.rateFactors, found).map { ScaledRates.GridPoint(factor: $0, accuracy: $1) }
        let best = points.indices.max { points[$0].accuracy < points[$1].accuracy }!
        guard let accuracies = testAccuracies([scaled[best]], shouldStop) else { return nil }
        return ScaledRates(points: points, best: points[best].factor, accuracies: accuracies[0])
    }
}

extension Curriculum {
    /// Returns the same curriculum with learning rates c · ηₜ.
    func withRates(times factor: Double) -> Curriculum {
        var scaled = self
        scaled.learningRate = learningRate * factor
        return scaled
    }
}
