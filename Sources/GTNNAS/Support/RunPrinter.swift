import Basics
import Foundation
import ResultStore
import Search

/// Prints a run: its ranking, its validated candidates, or a whole search.
struct RunPrinter {
    static let shownRanks = 20

    let run: Run

    // MARK: - A search

    /// - Parameter model: the fields of a trained network.
    func printSearch(json: Bool, model: [String: Any]? = nil) throws {
        try json ? printJSON(model) : printText()
    }

    private func printJSON(_ model: [String: Any]?) throws {
        let (store, directory) = (run.store, run.directory)
        let teacher = try store.teacher()
        var fields: [String: Any] =
            [
                "run": directory.shown, "budget_seconds": run.settings.budgetSeconds as Any? ?? NSNull(),
                "elapsed_seconds": try store.totalSeconds(), "teacher": teacher.map { "\(directory.shown)/\($0.path)" } as Any? ?? NSNull(),
                "meta_steps": teacher?.metaSteps as Any? ?? NSNull(), "evaluated": try run.scoredCount(),
                "proposed": try store.candidates().count, "limits": limits(), "ranking": try Console.object(run.ranking()),
                "beliefs": BeliefPrinter.json(try run.beliefs()),
                "validated": try Console.object(run.validated()), "validated_at_proxy_scale": try run.validatesAtProxyScale(),
                "correlation": try run.agreement().map { try AgreementPrinter(agreement: $0).json() } ?? NSNull(),
            ]
        fields["model"] = model as Any? ?? NSNull()
        try Console.json("search", fields)
    }

    private func limits() -> [String: Any] {
        let (settings, limits) = (run.settings, run.settings.limits)
        var object: [String: Any] = [
            "share_inside": settings.shareInside as Any? ?? NSNull(), "fit": settings.fit as Any? ?? NSNull(),
        ]
        for cost in CostKind.allCases { object["max_\(cost.rawValue)"] = limits.limit(of: cost) as Any? ?? NSNull() }
        object["latency_source"] = settings.latencySource as Any? ?? NSNull()
        return object
    }

    private func printText() throws {
        let spent = try run.store.spentSeconds()
        func took(_ phase: RunPhase) -> String { TimeSpan(seconds: spent[phase] ?? 0).description }
        if let teacher = try run.store.teacher() {
            let losses = try run.store.metaSteps().suffix(10).compactMap(\.loss)
            let loss = losses.isEmpty ? "" : ", final loss on real data \(decimal(losses.reduce(0, +) / Double(losses.count), 3))"
            // Count-bounded meta-training records no time.
            let time = teacher.metrics["seconds"].map { " in \(TimeSpan(seconds: $0))" } ?? ""
            print("teacher       \(teacher.summary)\(teacher.metaSteps > 0 ? time : "")\(loss)")
        }
        let halved =
            run.settings.strategy == .halving ? ", the best of \(try run.store.candidates().count) in shorter trainings," : ""
        print("scored        \(try run.scoredCount()) architectures by \(run.scoring.name)\(halved) in \(took(.scoring))")
        try BeliefPrinter.print(run.beliefs())
        if let scale = run.settings.proxyScale, !run.scoring.isFree { printScale(scale) }
        if let limits = run.settings.limitsText {
            let aside = run.settings.limits.latency == nil ? "" : ", latency left aside"
            let share = run.settings.shareInside.map { "; \(LimitedShare.text($0)) of the space is inside\(aside)" } ?? ""
            print("limits        \(limits)\(share)")
            if let fit = run.settings.fit { print("fitted        \(fit): for each architecture, the largest value within the limits") }
            if let source = run.settings.latencySource { print("latencies     \(source)") }
        }
        print()
        try printRanking(top: Self.shownRanks)
        try printValidated()
        if let agreement = try run.agreement() {
            print()
            AgreementPrinter(agreement: agreement).print()
        }
        let total = TimeSpan(seconds: try run.store.totalSeconds())
        print("\ntime          \(total)\(run.settings.budgetSeconds.map { " of \(TimeSpan(seconds: $0))" } ?? "")")
        print("run           \(run.directory.shown)")
    }

    /// Prints the proxy scale, if it is not that of the space and the data.
    private func printScale(_ scale: ProxyScale) {
        let changed = scale.settings.filter { run.settings.spaceSettings[$0.key] != $0.value }.sorted { $0.key < $1.key }
        let settings = changed.map { "\($0.key) = \($0.value)" }
        print("scored at     \((["images of \(scale.height) x \(scale.width) pixels"] + settings).joined(separator: ", "))")
    }

    // MARK: - Tables

    /// Prints the best `top` candidates, and the number of the others.
    private func printRanking(top: Int) throws {
        let ranking = try run.ranking(top: top)
        Self.printRanking(ranking, fit: run.settings.fit, hasLatency: run.settings.latencySource != nil)
        let count = try run.scoredCount()
        if ranking.count < count { print("  … and \(count - ranking.count) more: 'gtn-nas rank \(run.directory.shown)'") }
    }

    /// - Parameters:
    ///   - ranking: the rows.
    ///   - accuracies: validated accuracies by hash.
    ///   - fit: the name of the fitted setting; nil if none is fitted.
    ///   - hasLatency: whether to print latencies.
    static func printRanking(_ ranking: [RankedCandidate], accuracies: [String: Double] = [:], fit: String?, hasLatency: Bool) {
        // A column without any value is left out.
        let isEvaluated = ranking.contains { $0.evaluation.accuracy != nil || $0.evaluation.loss != nil }
        let isValidated = ranking.contains { accuracies[$0.candidate.hash] != nil }
        let columns =
            ["rank", "score"] + (isEvaluated ? ["accuracy", "loss"] : []) + (fit.map { [$0] } ?? []) + ["parameters", "MACs"]
            + (hasLatency ? ["ms"] : [])
            + (isValidated ? ["validated"] : [])
        var table = TextTable(columns.map { _ in .right } + [.left])
        table.add(columns + ["architecture"])
        for row in ranking {
            let (candidate, evaluation) = (row.candidate, row.evaluation)
            let evaluated = isEvaluated ? [evaluation.accuracy.map(percent) ?? "-", evaluation.loss.map { decimal($0, 4) } ?? "-"] : []
            let costs =
                (fit.map { [candidate.cell(ofSetting: $0)] } ?? []) + [grouped(candidate.parameters), grouped(candidate.macs)]
                + (hasLatency ? [candidate.latency.map { decimal($0, 3) } ?? "-"] : [])
            let validated = isValidated ? [accuracies[candidate.hash].map(percent) ?? "-"] : []
            table.add(["\(row.rank)", decimal(evaluation.score, 4)] + evaluated + costs + validated + [candidate.architecture])
        }
        table.print()
    }

    /// The candidates validated in the most common configuration.
    func printValidated() throws {
        let validated = try run.validated()
        guard let training = try run.validationConfiguration() else { return }
        let ranks = Dictionary(uniqueKeysWithValues: try run.ranking().map { ($0.candidate.hash, $0) })
        print("\nValidated: \(training) for each candidate; accuracy on held-out images:")
        let fit = run.settings.fit
        let columns = ["accuracy", "rank", "score", "seconds"] + (fit.map { [$0] } ?? [])
        var table = TextTable(columns.map { _ in .right } + [.left])
        table.add(columns + ["architecture"])
        for row in validated {
            let ranked = ranks[row.hash]
            let measured = [
                percent(row.validation.accuracy), ranked.map { "\($0.rank)" } ?? "-",
                ranked.map { decimal($0.evaluation.score, 4) } ?? "-", decimal(row.validation.seconds, 1),
            ]
            table.add(measured + (fit.map { [row.settings?[$0].map { "\($0)" } ?? "-"] } ?? []) + [row.architecture])
        }
        table.print()
    }
}

extension Candidate {
    /// The value of a fitted setting, or a dash for a candidate without one.
    func cell(ofSetting setting: String) -> String { settings?[setting].map { "\($0)" } ?? "-" }
}
