import Foundation
import ResultStore

/// The tables of a run, each from its database.
struct RunTables {
    let store: ResultStore
    let proxy: String

    /// The `top` best, and how many more there are.
    func printRanking(top: Int) throws {
        let ranking = try store.ranking(proxy: proxy, top: top)
        Self.printRanking(ranking)
        let count = try store.evaluatedCount(proxy: proxy)
        if ranking.count < count {
            print("  … and \(count - ranking.count) more: 'gtn-nas rank \(RunDirectory(path: store.directory.path).shown)'")
        }
    }

    /// - Parameter latencies: in milliseconds, where they are to be shown.
    static func printRanking(_ ranking: [RankedRecord], latencies: [Double]? = nil) {
        // Where real images judged none, there is nothing to show of it.
        let isJudged = ranking.contains { $0.accuracy != nil || $0.loss != nil }
        let columns =
            ["rank", "score"] + (isJudged ? ["accuracy", "loss"] : []) + ["parameters", "MACs"] + (latencies == nil ? [] : ["ms"])
        var table = TextTable(columns.map { _ in .right } + [.left])
        table.add(columns + ["architecture"])
        for (place, row) in ranking.enumerated() {
            let judged = isJudged ? [row.accuracy.map(percent) ?? "-", row.loss.map { decimal($0, 4) } ?? "-"] : []
            let cells = ["\(row.rank)", decimal(row.score, 4)] + judged + [grouped(row.parameters), grouped(row.macs)]
            table.add(cells + (latencies.map { [decimal($0[place], 3)] } ?? []) + [row.architecture])
        }
        table.print()
    }

    /// The candidates trained in the setting that most were trained in.
    func printValidated() throws {
        let validated = try currentlyValidated()
        guard let first = validated.first else { return }
        let ranks = Dictionary(uniqueKeysWithValues: try store.ranking(proxy: proxy).map { ($0.hash, $0) })
        let training = ValidationPhase.Plan(epochs: first.epochs, images: first.images)
        print("\nTrained on real data, all alike: \(training); accuracy on images kept apart for it:")
        var table = TextTable([.right, .right, .right, .right, .left])
        table.add("accuracy", "rank", "score", "seconds", "architecture")
        for row in validated {
            let ranked = ranks[row.hash]
            table.add(
                percent(row.accuracy), ranked.map { "\($0.rank)" } ?? "-", ranked.map { decimal($0.score, 4) } ?? "-",
                decimal(row.seconds, 1),
                row.architecture)
        }
        table.print()
    }

    /// Of those, each candidate's accuracy by hash: the mean where it was trained several times.
    func realAccuracies() throws -> [String: Double] {
        Dictionary(grouping: try currentlyValidated(), by: \.hash).mapValues { rows in
            rows.reduce(0) { $0 + $1.accuracy } / Double(rows.count)
        }
    }

    /// What trainings are compared with each other: those of one number of epochs and images.
    func currentlyValidated() throws -> [ValidatedRecord] {
        guard let setting = try store.validationSettings().first else { return [] }
        return try store.validated().filter { $0.epochs == setting.epochs && $0.images == setting.images }
    }
}

/// Prints what a search came to.
struct SearchPrinter {
    static let shownRanks = 20

    let store: ResultStore
    let settings: RunSettings
    let directory: RunDirectory

    private var proxy: String { settings.proxy.rawValue }

    func print(json: Bool) throws {
        try json ? printJSON() : printText()
    }

    private func printJSON() throws {
        let teacher = try store.teacher()
        try Console.json(
            "search",
            [
                "run": directory.shown, "budget_seconds": settings.budgetSeconds as Any? ?? NSNull(),
                "elapsed_seconds": try store.totalSeconds(), "teacher": teacher.map { "\(directory.shown)/\($0.path)" } as Any? ?? NSNull(),
                "meta_steps": teacher?.metaSteps as Any? ?? NSNull(), "evaluated": try store.evaluatedCount(proxy: proxy),
                "proposed": try store.candidates().count,
                "ranking": try Console.object(store.ranking(proxy: proxy)),
                "validated": try Console.object(RunTables(store: store, proxy: proxy).currentlyValidated()),
                "correlation": try Correlation(store, proxy: proxy)?.json() ?? NSNull(),
            ])
    }

    private func printText() throws {
        let spent = try store.spentSeconds()
        func took(_ phase: RunPhase) -> String { Duration(seconds: spent[phase] ?? 0).description }
        if let teacher = try store.teacher() {
            let losses = try store.metaSteps().suffix(10).compactMap(\.loss)
            let loss = losses.isEmpty ? "" : ", loss on real data \(decimal(losses.reduce(0, +) / Double(losses.count), 3)) at the end"
            // One bounded by meta-steps does not say what time they took.
            let time = teacher.metrics["seconds"].map { " in \(Duration(seconds: $0))" } ?? ""
            Swift.print("teacher       \(teacher.kind), \(teacher.curriculum); \(teacher.metaSteps) meta-steps\(time)\(loss)")
        }
        let tables = RunTables(store: store, proxy: proxy)
        let halved = settings.strategy == .halving ? ", the best of \(try store.candidates().count) by shorter trainings," : ""
        Swift.print("scored        \(try store.evaluatedCount(proxy: proxy)) architectures by \(proxy)\(halved) in \(took(.scoring))\n")
        try tables.printRanking(top: Self.shownRanks)
        try tables.printValidated()
        if let correlation = try Correlation(store, proxy: proxy) {
            Swift.print()
            correlation.print()
        }
        let total = Duration(seconds: try store.totalSeconds())
        Swift.print("\ntime          \(total)\(settings.budgetSeconds.map { " of \(Duration(seconds: $0))" } ?? "")")
        Swift.print("run           \(directory.shown)")
    }
}
