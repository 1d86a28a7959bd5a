import Basics
import Foundation
import GTN
import ResultStore
import Synchronization
import Testing

@testable import Search

/// Whole searches in this process, on Fashion-MNIST.
@Suite(.serialized) final class PreparedSearchTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private let directory = FileManager.default.temporaryDirectory.appending(path: "search-\(UUID().uuidString)")

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// A small request, by default with a free score.
    private func request(_ proxy: Proxy = .parameters, run: String = "run") throws -> SearchRequest {
        var request = try SearchRequest(space: Self.root.appending(path: "SearchSpaces/fashion.space").path, data: "fashion-mnist@8x8")
        request.scoring = ScoringRequest(proxy)
        request.directory = directory.appending(path: run).path
        (request.candidates, request.validate, request.workers) = (6, 0, 2)
        return request
    }

    private final class Events: Sendable {
        private let all = Mutex<[SearchEvent]>([])
        func add(_ event: SearchEvent) { all.withLock { $0.append(event) } }
        var stages: [SearchStage] {
            all.withLock { $0.compactMap { if case .stage(let stage, _) = $0 { stage } else { nil } } }
        }
        var scored: Int { all.withLock { $0.count { if case .scored = $0 { true } else { false } } } }
        var validated: Int { all.withLock { $0.count { if case .validated = $0 { true } else { false } } } }
    }

    @Test func searchIsRankedRecordedAndResumed() throws {
        let events = Events()
        let run = try request().prepare().run { events.add($0) }
        let ranking = try run.ranking()
        #expect(ranking.count == 6 && events.scored == 6 && events.stages == [.scoring])
        #expect(ranking.map(\.evaluation.score) == ranking.map { Double($0.candidate.parameters) }.sorted(by: >))
        #expect(try run.phase() == .report && run.isFinished())
        try run.store.close()

        var more = try request()
        (more.resumes, more.candidates) = (true, 9)
        let again = Events()
        let resumed = try more.prepare().run { again.add($0) }
        #expect(try resumed.ranking().count == 9 && again.scored == 3)
        try resumed.store.close()
        more.seed = 1
        let error = #expect(throws: InputError.self) { try more.prepare() }
        #expect(error?.description.contains("was started with seed \"0\", but now it is \"1\"") == true)
    }

    @Test func aRunIsNotResumedAtAnotherScale() throws {
        var begun = try request(.nwot)
        begun.candidates = 2
        try begun.prepare().run().store.close()
        var other = begun
        (other.resumes, other.proxySettings) = (true, [("channels", "4")])
        let error = #expect(throws: InputError.self) { try other.prepare() }
        let text = try #require(error?.description)
        #expect(text.contains("was started with channels = 8 for scoring, but now it is 4"), "\(text)")
        #expect(text.contains("omit proxySettings channels=4"), "\(text)")
        other.proxySettings = []
        _ = try other.prepare()
    }

    @Test func searchMakesATeacherAndValidatesItsRanking() throws {
        var request = try request(.curriculum)
        (request.metaSteps, request.validate, request.epochs, request.images) = (1, 3, 1, 300)
        (request.teaching.steps, request.teaching.batch, request.teaching.metaTraining.learners) = (2, 20, 2)
        let events = Events()
        let run = try request.prepare().run { events.add($0) }
        #expect(events.scored == 6 && events.validated == 3)
        #expect(
            events.stages.map(\.description) == [
                "meta-training: distilled, 2 steps of 20 images", "scoring candidates",
                "validating 3 candidates: 1 epoch of 300 images",
            ])
        let agreement = try #require(try run.agreement())
        // Work whose results could not be recorded is refused.
        let reader = try Run(path: run.directory.url.path)
        #expect(throws: InputError.self) { try reader.validate(ValidationRequest(candidates: 1)) }
        #expect(throws: InputError.self) { try reader.scoreOnRealImages(agreement, longest: 16) }
        #expect(agreement.rows.count == 3 && agreement.report.baselines.keys.contains("nwot") && agreement.others.keys.contains("blend"))
        #expect(agreement.report.verdict == .worthless)
        // Rankings of the same candidates by other scorings.
        #expect(try run.ranking(by: .curriculum) == run.ranking())
        #expect(try run.ranking(by: .blend).map(\.evaluation.score).max() ?? 2 <= 1)
        #expect(try run.ranking(by: .nwot).count == 3)
        #expect(throws: InputError.self) { try run.ranking(by: .realSteps) }
        // A single score of the same candidate is equal.
        let best = try #require(try run.ranking(top: 1).first)
        let single = try SingleScore(
            best.candidate.architecture, of: request.space, data: request.data, teacher: run.directory.teacher, scoring: request.scoring,
            seed: request.seed, device: .cpu)
        let evaluation = try single.evaluate()
        #expect(evaluation.score == best.evaluation.score && evaluation.stepLosses.count == 2 && single.scoring == run.scoring)
    }

    /// Results from before a cancellation are kept, and the run reports the phase it was in.
    @Test func cancelledSearchKeepsItsResults() throws {
        var request = try request(.nwot)
        request.candidates = 50
        let cancellation = Cancellation()
        let run = try request.prepare().run(cancellation: cancellation) { event in
            if case .scored = event { cancellation.request() }
        }
        #expect(try (1..<50).contains(run.scoredCount()))
        #expect(try run.phase() == .scoring && !run.isFinished())
    }

    @Test func invalidRequestsAreRefusedBeforeAnythingIsWritten() throws {
        func refusal(_ change: (inout SearchRequest) -> Void) throws -> String? {
            var request = try request()
            change(&request)
            return (#expect(throws: InputError.self) { try request.prepare() })?.description
        }
        #expect(try refusal { $0.candidates = 0 } == "candidates 0: expected a number from 1 to 10000000")
        #expect(
            try refusal { ($0.scoring, $0.candidates) = (ScoringRequest(.nwot), nil) } == """
                a search needs a bound: budgetSeconds 10m, or candidates 50
                """)
        #expect(try refusal { $0.strategy = .halving }?.hasPrefix("strategy halving: proxy parameters trains nothing") == true)
        #expect(try refusal { $0.budgetSeconds = 0 }?.hasPrefix("budgetSeconds 0s: expected a positive, finite time") == true)
        for seconds in [-Double.infinity, .infinity, .nan] { #expect(try refusal { $0.budgetSeconds = seconds } != nil) }
        #expect(try refusal { ($0.resumes, $0.directory) = (true, nil) }?.hasPrefix("resumes needs directory DIRECTORY") == true)
        #expect(try refusal { $0.candidatesFile = "a.txt" } == "candidates and candidatesFile exclude each other")
        #expect(throws: InvalidBudgetShares.self) {
            var request = try request()
            // Shares of phases that this search does not have are checked, too.
            request.shares.metaTraining = -1
            _ = try request.prepare()
        }
        #expect(!FileManager.default.fileExists(atPath: directory.path))
    }
}
