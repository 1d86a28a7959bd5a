import Basics
import Foundation
import ResultStore
import Search

/// A run as the live view shows it. Each request opens the run again and shows the current content of its directory.
public actor LiveRun {
    /// Seconds after which a run counts as stopped if its recorded time does not advance. A running search updates it twice a second.
    private static let timeout = 6.0
    /// Seconds for which a report and a status are cached, so that many viewers do not slow the run down.
    private static let (reportLife, statusLife) = (5.0, 1.0)

    private let path: String
    private var report: (report: RunReport, revision: String, made: Date)?
    private var latest: (status: LiveStatus, made: Date)?
    private var lastMoved: (spent: Double, at: Date)?

    public init(path: String) {
        self.path = path
    }

    /// Returns the current status of the run.
    public func status() throws -> LiveStatus {
        if let latest, Date().timeIntervalSince(latest.made) < Self.statusLife { return latest.status }
        let lastWritten = lastWritten()
        let status = try status(Run(path: path), lastWritten: lastWritten)
        latest = (status, Date())
        return status
    }

    /// Returns the report, with the status above it.
    public func html() throws -> String {
        let now = try status()
        if let report, report.revision == now.revision || Date().timeIntervalSince(report.made) < Self.reportLife {
            return report.report.html(live: now)
        }
        let made = try RunReport(Run(path: path))
        report = (made, now.revision, Date())
        return made.html(live: now)
    }

    private func status(_ run: Run, lastWritten: Date) throws -> LiveStatus {
        let store = run.store
        let total = try store.totalSeconds()
        if lastMoved?.spent != total { lastMoved = (total, lastMoved == nil ? lastWritten : Date()) }
        let phase = try run.phase() ?? .report
        let moves = Date().timeIntervalSince(lastMoved!.at) < Self.timeout
        let metaSteps = try store.metaSteps(), teacher = try store.teacher()
        let evaluated = try run.scoredCount(), validated = try store.validated()
        var facts: [LiveStatus.Fact] = []
        if let teacher {
            let accuracy = teacher.metrics["learner_accuracy"].map { ", learner accuracy \(percent($0))" } ?? ""
            facts.append(.init("teacher", "\(teacher.summary)\(accuracy)"))
        } else if let last = metaSteps.last {
            let losses = metaSteps.suffix(10).compactMap(\.loss)
            let loss = losses.isEmpty ? "" : ", loss on real data \(decimal(losses.reduce(0, +) / Double(losses.count), 3))"
            facts.append(.init("teacher", "\(last.step + 1) meta-steps\(loss)"))
        }
        if let best = try run.ranking(top: 1).first {
            facts.append(.init("scored", "\(grouped(evaluated)) candidates by \(run.scoring.name)"))
            facts.append(.init("best so far", "\(best.candidate.label), score \(decimal(best.evaluation.score, 4))"))
        }
        if let best = validated.map(\.validation.accuracy).max() {
            facts.append(.init("trained on real data", "\(validated.count) candidates, best accuracy \(percent(best))"))
        }
        let state: LiveStatus.State = phase == .report ? .finished : moves ? .running : .stopped
        return LiveStatus(
            state: state, phase: Self.doing(phase), spentSeconds: total, budgetSeconds: run.settings.budgetSeconds, facts: facts,
            revision: "\(metaSteps.count).\(teacher == nil ? 0 : 1).\(evaluated).\(validated.count).\(state.rawValue)")
    }

    private static func doing(_ phase: RunPhase) -> String {
        switch phase {
        case .preparation: "preparing"
        case .metaTraining: "meta-training the teacher"
        case .scoring: "scoring candidates"
        case .validation: "validating candidates"
        case .report: "writing the report"
        }
    }

    /// The last time the database or its write-ahead log was written. Readers leave an empty log, which does not count.
    private func lastWritten() -> Date {
        ["", "-wal"].compactMap { ending in
            let url = RunDirectory(path: path).url.appending(path: ResultStore.fileName + ending)
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: url.path), attributes[.size] as? Int != 0 else {
                return nil
            }
            return attributes[.modificationDate] as? Date
        }.max() ?? .distantPast
    }
}
