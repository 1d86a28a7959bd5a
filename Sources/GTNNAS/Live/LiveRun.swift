import Foundation
import Reports
import ResultStore

/// A run as its watchers see it. It is opened anew for each look: what the directory holds then is what is shown.
actor LiveRun {
    /// The database's clock is written every two seconds; this long without, and nobody works on the run.
    private static let patience = 6.0
    /// Many watchers, or a run that scores fast, must not take the processor from the run itself.
    private static let shortestLife = 5.0

    private let path: String
    private var page: (html: String, revision: String, made: Date)?
    private var lastMoved: (spent: Double, at: Date)?

    init(path: String) {
        self.path = path
    }

    /// Where the run is now.
    func status() throws -> LiveStatus { try status(OpenedRun(path: path)) }

    /// The report with the state above it.
    func html() throws -> String {
        let run = try OpenedRun(path: path)
        let now = try status(run)
        if let page, page.revision == now.revision || Date().timeIntervalSince(page.made) < Self.shortestLife { return page.html }
        let html = try RunReport(run).html(live: now)
        page = (html, now.revision, Date())
        return html
    }

    private func status(_ run: OpenedRun) throws -> LiveStatus {
        let (store, proxy) = (run.store, run.proxy)
        let spent = try store.spentSeconds()
        let total = spent.values.reduce(0, +)
        if lastMoved?.spent != total { lastMoved = (total, lastMoved == nil ? try Self.lastWritten(run.directory.url) : Date()) }
        let phase = RunPhase.allCases.last { spent[$0] != nil } ?? .preparation
        let moves = Date().timeIntervalSince(lastMoved!.at) < Self.patience
        let metaSteps = try store.metaSteps(), teacher = try store.teacher()
        let evaluated = try store.evaluatedCount(proxy: proxy), validated = try store.validated()
        var facts: [LiveStatus.Fact] = []
        if let teacher {
            let accuracy = teacher.metrics["learner_accuracy"].map { ", its learners reach \(percent($0))" } ?? ""
            facts.append(.init("teacher", "\(teacher.kind), \(teacher.steps) steps of \(teacher.batch) images; \(teacher.metaSteps) meta-steps\(accuracy)"))
        } else if let last = metaSteps.last {
            let losses = metaSteps.suffix(10).compactMap(\.loss)
            let loss = losses.isEmpty ? "" : ", loss on real data \(decimal(losses.reduce(0, +) / Double(losses.count), 3))"
            facts.append(.init("teacher", "\(last.step + 1) meta-steps\(loss)"))
        }
        if let best = try store.ranking(proxy: proxy, top: 1).first {
            facts.append(.init("scored", "\(grouped(evaluated)) candidates by \(proxy)"))
            facts.append(.init("best so far", "\(best.architecture), score \(decimal(best.score, 4))"))
        }
        if let best = validated.map(\.accuracy).max() {
            facts.append(.init("trained on real data", "\(validated.count) candidates, the best reaches \(percent(best))"))
        }
        return LiveStatus(
            state: moves ? .running : phase == .report ? .finished : .stopped, phase: Self.doing(phase), spentSeconds: total,
            budgetSeconds: run.settings.budgetSeconds, facts: facts,
            revision: "\(metaSteps.count).\(teacher == nil ? 0 : 1).\(evaluated).\(validated.count).\(phase == .report && !moves ? 1 : 0)")
    }

    private static func doing(_ phase: RunPhase) -> String {
        switch phase {
        case .preparation: "preparing"
        case .metaTraining: "teaching the teacher"
        case .scoring: "scoring candidates"
        case .validation: "training candidates on real data"
        case .report: "writing the report"
        }
    }

    /// When the database, or what is still to be merged into it, was last written.
    private static func lastWritten(_ directory: URL) throws -> Date {
        ["", "-wal"].compactMap { ending in
            try? FileManager.default.attributesOfItem(atPath: directory.appending(path: ResultStore.fileName + ending).path)[.modificationDate] as? Date
        }.max() ?? .distantPast
    }
}
