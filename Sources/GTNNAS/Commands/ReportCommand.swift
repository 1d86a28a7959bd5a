import RankStatistics
import ArgumentParser
import Foundation
import GTN
import Reports
import ResultStore
import Search
import SearchSpace

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Writes a run as one HTML page that needs nothing else.",
        discussion: """
            The page tells first whether the ranking may be believed, and shows the ranking, which can be sorted and filtered, the scores against \
            real training, the synthetic images, and how all of it was made. It can be written while a search is under way, too.

            Example:
              gtn-nas report Results/runs/mine -o mine.html
            """)

    @Argument(help: ArgumentHelp("The run directory.", valueName: "run"))
    var directory: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The page's file.", valueName: "file.html"))
    var output: String

    @Flag(help: "Print one JSON object on stdout and nothing else there.")
    var json = false

    func run() throws {
        try OutputFile.check(output)
        let run = try OpenedRun(path: directory)
        try OutputFile.write(RunReport(run).html, to: output, command: "report", json: json)
    }
}

extension RunReport {
    /// Architectures that are drawn, of the best; those trained on real data are, too.
    private static let drawn = 20
    /// Points of the meta-training's curve.
    private static let teachingPoints = 200
    /// Images of a class and step on the sheet.
    private static let imagesPerClass = 2

    init(_ run: OpenedRun) throws {
        let (store, proxy) = (run.store, run.proxy)
        let record = try store.run()
        let accuracies = try run.tables.realAccuracies()
        let rows = try store.ranking(proxy: proxy).map { row in
            Row(
                rank: row.rank, hash: row.hash, architecture: row.architecture, score: row.score, accuracy: row.accuracy, loss: row.loss,
                parameters: row.parameters, macs: row.macs, realAccuracy: accuracies[row.hash])
        }
        self.init(title: "\(record.spaceName) on \(record.dataset)", proxy: proxy, rows: rows, command: record.command)
        if let correlation = try Correlation(store, proxy: proxy) {
            self.correlation = correlation.report
            noiseCeiling = correlation.noiseCeiling
            others = correlation.others
            explanation = correlation.explanation
            if case .trained(let epochs, let images) = correlation.truth {
                training = "\(ValidationPhase.Plan(epochs: epochs, images: images))"
            }
        }
        teaching = Self.averaged(try store.metaSteps().compactMap { step in step.loss.map { (step.step, $0) } })
        stepCorrelations = Self.stepCorrelations(try store.evaluations(proxy: run.settings.proxy.recorded.rawValue), accuracies: accuracies)
        let space = try run.space()
        for row in rows where row.rank <= Self.drawn || row.realAccuracy != nil {
            drawings[row.hash] = ArchitecturePicture.svg(of: try space.architecture(row.architecture), in: space)
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
                        ("made in", teacher.metrics["seconds"].map { "\(Duration(seconds: $0))" } ?? "a time that was not kept"),
                        ("learned on", "\(file.recipe.space), \(file.recipe.dataset)"),
                        ("seed", "\(file.recipe.seed)"),
                    ]))
        }
        let spent = try store.spentSeconds()
        let phases = RunPhase.allCases.compactMap { phase in spent[phase].map { (phase.rawValue, "\(Duration(seconds: $0))") } }
        facts.insert(
            Facts(
                "Run",
                [("space", "\(record.spaceName) (\(record.spaceHash))"), ("data set", record.dataset), ("seed", "\(record.seed)")]
                    + (record.budgetSeconds.map { [("budget", "\(Duration(seconds: $0))")] } ?? [])
                    + [("scored", "\(rows.count) candidates"), ("begun", ISO8601DateFormatter().string(from: record.created))]), at: 0)
        facts.append(Facts("Time spent", phases + [("in all", "\(Duration(seconds: try store.totalSeconds()))")]))
        facts.append(
            Facts(
                "Machine and versions",
                [("machine", record.machine), ("device", record.device)]
                    + record.versions.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
        facts.append(Facts("Settings", try run.settings.texts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
    }

    /// Neighboring steps averaged, to as many points as are shown.
    private static func averaged(_ steps: [(Int, Double)]) -> [(step: Int, loss: Double)] {
        let size = max(1, steps.count / teachingPoints)
        return stride(from: 0, to: steps.count, by: size).map { start in
            let group = steps[start..<min(start + size, steps.count)]
            return (group.first!.0, group.reduce(0) { $0 + $1.1 } / Double(group.count))
        }
    }

    /// Spearman's ρ of minus each inner step's training loss with real accuracies, by hash.
    static func stepCorrelations(_ evaluations: [EvaluationRecord], accuracies: [String: Double]) -> [(step: Int, rho: Double)] {
        let compared = evaluations.filter { accuracies[$0.hash] != nil && !$0.stepLosses.isEmpty }
        guard compared.count >= Verdict.minimumPairs, let steps = compared.map(\.stepLosses.count).min() else { return [] }
        return (0..<steps).compactMap { step in
            let losses = compared.compactMap { $0.stepLosses[step] }
            guard losses.count == compared.count else { return nil }
            return spearman(losses.map { -$0 }, compared.map { accuracies[$0.hash]! }).map { (step + 1, $0) }
        }
    }
}
