import RankStatistics
import Basics
import Foundation
import GTN
import Search

/// Prints accuracies of learners after a teacher's curriculum and, from the same initial parameters, after as many steps on real data.
struct ComparisonPrinter {
    let report: TeacherEvaluation.Report
    /// The teacher at tuned learning rates.
    var scaled: TeacherEvaluation.ScaledRates?
    /// Accuracies after the first inner steps.
    var curve: [TeacherEvaluation.CurvePoint] = []
    /// Real data for other numbers of steps.
    var realData: [TeacherEvaluation.RealData] = []
    /// The seed of the bootstrap.
    let seed: UInt64

    func fields() throws -> [String: Any] {
        func estimate(_ values: [Double]) throws -> Any { try Console.object(Mean.estimate(values, seed: seed)) }
        var fields: [String: Any] = [
            "learner_accuracy": try estimate(report.learnerAccuracies), "real_data_accuracy": try estimate(report.realDataAccuracies),
            "real_data_accuracy_learned_schedule": try estimate(report.realDataLearnedScheduleAccuracies),
            "advantage": try estimate(report.advantages), "learners": report.learnerAccuracies.count,
            "learner_accuracies": report.learnerAccuracies, "real_data_accuracies": report.realDataAccuracies,
            "real_data_grid": try Console.object(report.grid), "real_data_schedule": try Console.object(report.best),
        ]
        if let scaled {
            fields["learner_accuracy_tuned"] = try estimate(scaled.accuracies)
            fields["advantage_tuned"] = try estimate(report.advantages(of: scaled.accuracies))
            fields["rate_factor"] = scaled.best
            fields["rate_factor_grid"] = try Console.object(scaled.points)
        }
        if !curve.isEmpty {
            fields["curve"] = try curve.map { point in
                [
                    "steps": point.steps, "learner_accuracy": try estimate(point.learnerAccuracies),
                    "real_data_accuracy": try estimate(point.realDataAccuracies),
                ]
            }
        }
        if !realData.isEmpty {
            fields["real_data"] = try realData.map { found in
                [
                    "steps": found.steps, "accuracy": try estimate(found.accuracies), "schedule": try Console.object(found.best),
                    "advantage": try estimate(zip(report.learnerAccuracies, found.accuracies).map { $0 - $1 }),
                ]
            }
        }
        return fields
    }

    func print() {
        Swift.print("Accuracy on the test part of \(report.learnerAccuracies.count) unseen learners (mean, 95 % interval):")
        func row(_ name: String, _ values: [Double]) {
            let estimate = Mean.estimate(values, seed: seed)
            Swift.print(
                """
                  \(name.padding(toLength: 48, withPad: " ", startingAt: 0)) \(percent(estimate.value)) [\(percent(estimate.low)), \
                \(percent(estimate.high))]
                """)
        }
        row("this teacher", report.learnerAccuracies)
        if let scaled { row("this teacher, learning rates × \(scaled.best)", scaled.accuracies) }
        row("real data, learning rate \(report.best.learningRate), momentum \(report.best.momentum)", report.realDataAccuracies)
        row("real data, the teacher's schedule", report.realDataLearnedScheduleAccuracies)
        for found in realData {
            row(
                "real data, \(found.steps) steps, learning rate \(found.best.learningRate), momentum \(found.best.momentum)",
                found.accuracies)
        }
        func points(_ value: Double) -> String { String(format: "%+.1f", 100 * value) }
        func ahead(_ advantages: [Double], _ end: String) {
            let advantage = Mean.estimate(advantages, seed: seed)
            Swift.print(
                """
                  advantage over real data: \(points(advantage.value)) points [\(points(advantage.low)), \(points(advantage.high))], \
                paired by learner\(end)
                """)
        }
        ahead(report.advantages, "")
        if let scaled { ahead(report.advantages(of: scaled.accuracies), ", learning rates × \(scaled.best)") }
        if let scaled {
            Swift.print("\nFactors of the teacher's learning rates (accuracy on the score split):")
            for point in scaled.points { Swift.print("  \(point.factor): \(percent(point.accuracy))") }
        }
        if !curve.isEmpty {
            Swift.print("\nAccuracy after the first steps")
            var table = TextTable([.right, .right, .right])
            table.add("steps", "this teacher", "real data")
            for point in curve {
                table.add(
                    "\(point.steps)", percent(Mean.estimate(point.learnerAccuracies, seed: seed).value),
                    percent(Mean.estimate(point.realDataAccuracies, seed: seed).value))
            }
            table.print()
        }
        Swift.print("\nLearning rate/momentum of real data (accuracy on the score split):")
        for point in report.grid {
            Swift.print("  \(point.schedule.learningRate)/\(point.schedule.momentum): \(percent(point.accuracy))")
        }
    }
}
