import Tensors

extension TeacherEvaluation {
    /// The accuracy of learners after only the first steps of a training.
    public struct CurvePoint: Sendable {
        public let steps: Int
        /// Test accuracy of each learner after this many steps of the curriculum.
        public let learnerAccuracies: [Double]
        /// Test accuracy of each learner on real data, with the constant schedule that is best for the full number of steps.
        public let realDataAccuracies: [Double]
    }

    /// Returns the accuracy as a function of inner steps; nil if `shouldStop` returned true before the end.
    ///
    /// - Parameters:
    ///   - curriculum: the curriculum whose first steps are evaluated.
    ///   - best: the best constant schedule on real data for the same learners.
    ///   - steps: the numbers of steps to evaluate, from 1 to the curriculum's.
    ///   - shouldStop: checked before every step.
    public func curve(
        of curriculum: Curriculum, _ best: ConstantSchedule, at steps: [Int], shouldStop: @escaping @Sendable () -> Bool = { false }
    ) -> [CurvePoint]? {
        let real = constant(best, like: realCurriculum(like: curriculum))
        guard let learned = testAccuracies(steps.map(curriculum.prefix), shouldStop),
            let ofReal = testAccuracies(steps.map(real.prefix), shouldStop)
        else { return nil }
        return steps.indices.map { CurvePoint(steps: steps[$0], learnerAccuracies: learned[$0], realDataAccuracies: ofReal[$0]) }
    }

    /// The accuracy of learners after another number of steps on real data, with the curriculum's batch size.
    public struct RealData: Sendable {
        public let steps: Int
        /// The best constant schedule for this number of steps.
        public let best: ConstantSchedule
        /// Test accuracy of each learner.
        public let accuracies: [Double]
    }

    /// Evaluates this number of steps on real data with the best schedule of the grid; nil if `shouldStop` returned true before the end.
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

    /// Returns the test accuracies of all learners after each of several curricula, as [curriculum][learner].
    func testAccuracies(_ curricula: [Curriculum], _ shouldStop: @escaping @Sendable () -> Bool) -> [[Double]]? {
        let found = accuracies(curricula, of: networks, split: .test, shouldStop: shouldStop)
        let complete = found.compactMap { $0 }
        guard complete.count == networks.count else { return nil }
        return curricula.indices.map { curriculum in complete.map { $0[curriculum] } }
    }
}
