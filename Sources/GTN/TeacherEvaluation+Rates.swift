import Tensors

extension TeacherEvaluation {
    /// Factors of a teacher's learned rates that are tried on learners of another kind.
    public static let rateFactors = [1.0 / 64, 1.0 / 32, 1.0 / 16, 1.0 / 8, 1.0 / 4, 1.0 / 2, 1, 2]

    /// How learners do on a curriculum whose rates suit their kind.
    ///
    /// The images of a curriculum may teach networks that its learned rates do not suit: with another depth or another head, the best rates
    /// differ by a factor of ten. Real data gets the best of a grid of rates for each kind of network; here the curriculum does, too.
    public struct ScaledRates: Sendable {
        public struct GridPoint: Sendable, Hashable, Codable {
            /// c of the rates c · ηₜ.
            public let factor: Double
            /// Mean accuracy of the first few learners on images of the `score` split.
            public let accuracy: Double
        }

        public let points: [GridPoint]
        /// That of the most accurate point.
        public let best: Double
        /// Of each learner on the test part, after the curriculum at its rates times `best`.
        public let accuracies: [Double]
    }

    /// The curriculum at the best of `rateFactors`, chosen as real data's schedule is; nil when `shouldStop` said so before the end.
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
    /// The same at c · ηₜ.
    func withRates(times factor: Double) -> Curriculum {
        var scaled = self
        scaled.learningRate = learningRate * factor
        return scaled
    }
}
