import Foundation
import Synchronization
import TestSupport
import Testing

/// Worker processes that crash, hang or are stopped. Their candidate is retried once, then recorded as failed.
@Suite(.slow, .serialized)
struct WorkerTests {
    /// The arguments of a search of three candidates, one at a time. Each runs long enough to be disturbed.
    private static func search(_ run: String, _ more: [String] = []) -> [String] {
        ["search", SearchTests.space] + SearchTests.data
            + [
                "--proxy", "real-steps", "--real-steps", "400", "--candidates", "3", "--validate", "0", "--workers", "1", "--run", run,
                "--json",
            ] + more
    }

    private static func log(_ run: String, _ event: String) -> [[String: Any]] {
        let lines = (try? String(contentsOfFile: "\(run)/log.jsonl", encoding: .utf8))?.split(separator: "\n") ?? []
        return lines.compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }.filter {
            $0["event"] as? String == event
        }
    }

    /// The process identifiers of all workers so far, in the order of their start.
    private static func workers(_ run: String) -> [Int32] { log(run, "worker").compactMap { ($0["process"] as? Int).map(Int32.init) } }

    /// Whether a process is running. A zombie is not.
    private static func lives(_ process: Int32) -> Bool {
        let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return kill(process, 0) == 0 && status?.split(separator: ")").last?.hasPrefix(" Z") != true
    }

    /// Waits until the worker of this number, counted from 1, has its first order, and returns its process identifier.
    private static func worker(_ number: Int, of run: String, within seconds: Double = 60) -> Int32? {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            if let found = workers(run).dropFirst(number - 1).first { return found }
            usleep(10_000)
        }
        return nil
    }

    private let scratch: SearchTests.Scratch
    /// The ranking of an undisturbed search.
    private static let undisturbed = Result {
        let run = try SearchTests.Scratch()
        let result = try Executable.run(search(run.file("run")))
        try #require(result.status == 0, "\(result.stderr)")
        #expect(workers(run.file("run")).count == 1)
        return try SearchTests().ranking(result.stdout)
    }

    init() throws { scratch = try SearchTests.Scratch() }

    /// SIGSEGV simulates a crash, SIGKILL the system's reaction to exhausted memory.
    @Test(arguments: [SIGSEGV, SIGKILL]) func replacesAWorkerThatDies(_ signal: Int32) throws {
        let run = scratch.file("run")
        let result = try Executable.run(
            Self.search(run),
            meanwhile: { _ in
                if let worker = Self.worker(1, of: run) { kill(worker, signal) }
            })
        try #require(result.status == 0, "\(result.stderr)")
        let lost = Self.log(run, "worker lost")
        try #require(lost.count == 1 && Self.workers(run).count == 2)
        #expect((lost[0]["reason"] as? String)?.contains(signal == SIGKILL ? "memory" : "crashed (signal 11") == true)
        #expect(try SearchTests().ranking(result.stdout) == Self.undisturbed.get())
    }

    @Test func aCandidateWhoseWorkerDiesTwiceIsRecordedAsFailed() throws {
        let run = scratch.file("run")
        let result = try Executable.run(
            Self.search(run),
            meanwhile: { _ in
                for number in [1, 2] { if let worker = Self.worker(number, of: run) { kill(worker, SIGSEGV) } }
            })
        try #require(result.status == 0, "\(result.stderr)")
        let failed = Self.log(run, "scoring failed")
        try #require(failed.count == 1)
        #expect((failed[0]["reason"] as? String)?.contains("crashed") == true)
        // The other candidates keep their scores.
        struct Row: Decodable, Hashable { let hash: String, score: Double }
        func rows(_ text: String) throws -> Set<Row> { try Set(JSONDecoder().decode([Row].self, from: Data(text.utf8))) }
        let (whole, left) = try (rows(Self.undisturbed.get()), rows(SearchTests().ranking(result.stdout)))
        #expect(left.count == 2 && whole.isSuperset(of: left))
        #expect(whole.subtracting(left).map(\.hash) == [failed[0]["hash"] as? String])
    }

    @Test func replacesAWorkerThatHangs() throws {
        let run = scratch.file("run")
        let result = try Executable.run(
            Self.search(run, ["--timeout", "5s"]),
            meanwhile: { _ in
                if let worker = Self.worker(1, of: run) { kill(worker, SIGSTOP) }
            })
        try #require(result.status == 0, "\(result.stderr)")
        let lost = Self.log(run, "worker lost")
        try #require(lost.count == 1)
        #expect((lost[0]["reason"] as? String)?.contains("sent no heartbeat for 5s") == true)
        #expect(try SearchTests().ranking(result.stdout) == Self.undisturbed.get())
    }

    /// No worker outlives its search, even after SIGKILL.
    @Test func workersEndWithTheirSearch() throws {
        let run = scratch.file("run")
        let found = Mutex<Int32?>(nil)
        _ = try Executable.run(
            Self.search(run),
            meanwhile: { search in
                guard let worker = Self.worker(1, of: run) else { return }
                found.withLock { $0 = worker }
                kill(search, SIGKILL)
            })
        let worker = try #require(found.withLock { $0 })
        let end = Date().addingTimeInterval(10)
        while Self.lives(worker), Date() < end { usleep(10_000) }
        #expect(!Self.lives(worker))
        let result = try Executable.run(Self.search(run, ["--resume"]))
        try #require(result.status == 0, "\(result.stderr)")
        #expect(try SearchTests().ranking(result.stdout) == Self.undisturbed.get())
    }

    @Test func refusesAShortTimeout() throws {
        let result = try Executable.run(Self.search(scratch.file("run"), ["--timeout", "4s"]))
        #expect(result.status == 2)
        #expect(result.stderr.contains("--timeout 4s: a single training step may take longer; try --timeout 5m"))
    }

    /// If no worker can start, the run ends and records no candidate as failed. It can resume once workers can start again.
    @Test func missingDataEndsTheRun() throws {
        let (run, images) = (scratch.file("run"), scratch.file("images"))
        try FileManager.default.createSymbolicLink(atPath: images, withDestinationPath: FewImages.source)
        let arguments = Self.search(run).map { $0 == "fashion-mnist" ? "fashion-mnist:\(images)" : $0 }
        let result = try Executable.run(
            arguments,
            meanwhile: { _ in
                guard let worker = Self.worker(1, of: run) else { return }
                try? FileManager.default.removeItem(atPath: images)
                kill(worker, SIGSEGV)
            })
        #expect(result.status == 2)
        #expect(result.stderr.contains(images))
        #expect(Self.log(run, "scoring failed").isEmpty)
        try FileManager.default.createSymbolicLink(atPath: images, withDestinationPath: FewImages.source)
        let resumed = try Executable.run(arguments + ["--resume"])
        try #require(resumed.status == 0, "\(resumed.stderr)")
        #expect(try SearchTests().ranking(resumed.stdout) == Self.undisturbed.get())
    }
}
