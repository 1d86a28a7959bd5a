import Tensors

extension TeacherEvaluation {
    /// How learners do after the first steps of a training alone.
    public struct CurvePoint: Sendable {
        public let steps: Int
        /// Accuracy of each learner on the test part after so many steps of the curriculum.
        public let learnerAccuracies: [Double]
        /// The same on real data, at the constant schedule that is best for as many steps as the curriculum has.
        public let realDataAccuracies: [Double]
    }

    /// Accuracy over the inner steps; nil when `shouldStop` said so before the end.
    ///
    /// - Parameters:
    ///   - curriculum: whose first steps are evaluated.
    ///   - best: of real data, for the same learners.
    ///   - steps: where to look, from 1 to the curriculum's number of steps.
    ///   - shouldStop: asked before every step.
    public func curve(
        of curriculum: Curriculum, _ best: ConstantSchedule, at steps: [Int], shouldStop: @escaping @Sendable () -> Bool = { false }
    ) -> [CurvePoint]? {
        let real = constant(best, like: realCurriculum(like: curriculum))
        guard let learned = testAccuracies(steps.map(curriculum.prefix), shouldStop),
            let ofReal = testAccuracies(steps.map(real.prefix), shouldStop)
        else { return nil }
        return steps.indices.map { CurvePoint(steps: steps[$0], learnerAccuracies: learned[$0], realDataAccuracies: ofReal[$0]) }
    }

    /// How learners do after another number of steps on real data, in batches as large as the curriculum's.
    public struct RealData: Sendable {
        public let steps: Int
        /// The constant schedule that is best for so many steps.
        public let best: ConstantSchedule
        /// Accuracy of each learner on the test part.
        public let accuracies: [Double]
    }

    /// Real data for so many steps, at the best point of the grid; nil when `shouldStop` said so before the end.
    public func realData(
        steps: Int, like curriculum: Curriculum, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) -> RealData? {
        let (images, labels) = realBatches(steps: steps, batch: curriculum.batch)
        let real = Curriculum(images: images, labels: labels, constant: InitialSchedule(optimizer: curriculum.optimizer))
        guard let grid = searchGrid(real, shouldStop), let found = testAccuracies([constant(grid.best, like: real)], shouldStop) else {
            return nil
        }
        return RealData(steps: steps, best: grid.best, accuracies: found[0])
    }

    /// Test accuracies of all learners after each of several curricula, as [curriculum][learner].
    func testAccuracies(_ curricula: [Curriculum], _ shouldStop: @escaping @Sendable () -> Bool) -> [[Double]]? {
        let found = accuracies(curricula, of: networks, split: .test, shouldStop: shouldStop)
        let complete = found.compactMap { $0 }
        guard complete.count == networks.count else { return nil }
        return curricula.indices.map { curriculum in complete.map { $0[curriculum] } }
    }
}
