import Basics
import Foundation
import GTN
import RankStatistics
import ResultStore
import Search

extension RunReport {
    /// Number of best-ranked architectures to draw. Validated architectures are drawn as well.
    private static let drawn = 20
    /// Maximum number of points in the meta-training curve.
    private static let teachingPoints = 200
    /// Images per class and step on the sheet.
    private static let imagesPerClass = 2

    /// The report of everything in a run's directory.
    /// - Parameters:
    ///   - run: the run.
    ///   - cost: the cost that is held equal; nil for the run's.
    public init(_ run: Run, cost: CostKind? = nil) throws {
        let store = run.store
        let record = try store.run()
        self.init(
            title: "\(record.spaceName) on \(record.dataset)", proxy: run.scoring.name, rows: try run.ranking(),
            accuracies: try run.accuracies(), command: record.command)
        (limits, fit, isInt8) = (run.settings.limits, run.settings.fit, run.settings.int8 == true)
        beliefs = try run.beliefs()
        if let agreement = try run.agreement(cost: cost) {
            (self.cost, regrets, undefined) = (agreement.cost, agreement.regrets, agreement.undefined)
            correlation = agreement.report
            explanationAtEqualCost = agreement.explanationAtEqualCost
            noiseCeiling = agreement.noiseCeiling
            others = agreement.others
            explanation = agreement.explanation
            if case .trained(let configuration) = agreement.truth { training = "\(configuration)" }
        }
        teaching = Self.averaged(try store.metaSteps().compactMap { step in step.loss.map { (step.step, $0) } })
        stepCorrelations = Self.stepCorrelations(
            try store.evaluations(scoring: run.scoring.recorded.description), accuracies: accuracies)
        let space = try run.space()
        for row in rows where row.rank <= Self.drawn || accuracies[row.candidate.hash] != nil {
            let (space, architecture) = try space.resolved(row.candidate)
            drawings[row.candidate.hash] = ArchitecturePicture.svg(of: architecture, in: space)
        }
        if let teacher = try store.teacher(), let file = try? TeacherFile(path: run.directory.teacher) {
            sheet =
                CurriculumSheet(
                    file.curriculum.curriculum(), mean: file.recipe.mean, std: file.recipe.std, perClass: Self.imagesPerClass
                ).image.encoded
            facts.append(
                Facts(
                    "Teacher",
                    [
                        ("kind", teacher.kind), ("curriculum", teacher.curriculum), ("meta-steps", "\(teacher.metaSteps)"),
                        ("meta-training time", teacher.metrics["seconds"].map { "\(TimeSpan(seconds: $0))" } ?? "not recorded"),
                        ("meta-trained on", "\(file.recipe.space), \(file.recipe.dataset)"),
                        ("seed", "\(file.recipe.seed)"),
                    ]))
        }
        let spent = try store.spentSeconds()
        let phases = RunPhase.allCases.compactMap { phase in spent[phase].map { (phase.rawValue, "\(TimeSpan(seconds: $0))") } }
        facts.insert(
            Facts(
                "Run",
                [("space", "\(record.spaceName) (\(record.spaceHash))"), ("data set", record.dataset), ("seed", "\(record.seed)")]
                    + (record.budgetSeconds.map { [("budget", "\(TimeSpan(seconds: $0))")] } ?? [])
                    + [("scored", "\(rows.count) candidates"), ("started", ISO8601DateFormatter().string(from: record.created))]), at: 0)
        facts.append(Facts("Time spent", phases + [("total", "\(TimeSpan(seconds: try store.totalSeconds()))")]))
        facts.append(
            Facts(
                "Machine and versions",
                [("machine", record.machine), ("device", record.device)]
                    + record.versions.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
        facts.append(Facts("Settings", try run.settings.texts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
    }

    /// Returns the losses averaged over consecutive meta-steps, to about `teachingPoints` points for the curve.
    private static func averaged(_ steps: [(Int, Double)]) -> [(step: Int, loss: Double)] {
        let size = max(1, steps.count / teachingPoints)
        return stride(from: 0, to: steps.count, by: size).map { start in
            let group = steps[start..<min(start + size, steps.count)]
            return (group.first!.0, group.reduce(0) { $0 + $1.1 } / Double(group.count))
        }
    }

    /// Spearman's ρ between the negative training loss of each inner step and validated accuracy.
    /// - Parameters:
    ///   - evaluations: evaluations with the loss of each step.
    ///   - accuracies: by hash.
    static func stepCorrelations(_ evaluations: [EvaluationRecord], accuracies: [String: Double]) -> [(step: Int, rho: Double)] {
        let compared = evaluations.compactMap { row -> (losses: [Double], accuracy: Double)? in
            guard let losses = row.evaluation?.stepLosses, !losses.isEmpty, let accuracy = accuracies[row.hash] else { return nil }
            return (losses, accuracy)
        }
        guard compared.count >= Verdict.minimumPairs, let steps = compared.map(\.losses.count).min() else { return [] }
        return (0..<steps).compactMap { step in
            let losses = compared.map { $0.losses[step] }
            guard losses.allSatisfy(\.isFinite) else { return nil }
            return spearman(losses.map { -$0 }, compared.map(\.accuracy)).map { (step + 1, $0) }
        }
    }
}
