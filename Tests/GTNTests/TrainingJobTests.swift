import Basics
import Foundation
import Networks
import Tensors
import TestSupport
import Testing

@testable import GTN

/// Tests the code that all jobs share, with a clock that the test controls.
@Suite final class TrainingJobTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())").path
    private let clock = FakeClock()

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Counts to a number, one second per count.
    private struct Counting: TrainingJob {
        struct Configuration: Encodable {
            var limit = 5
            var start = 0
        }

        var configuration = Configuration()
        var budget: Double?
        let clock: FakeClock
        var threads: Int { 1 }
        var identity: JobIdentity {
            JobIdentity(
                of: "counting", configuration, defaults: Configuration(), Fixtures.fashionMNIST, ClassicNetwork.lenet.space)
        }

        func outcome(of job: JobRun<Int>) throws -> (count: Int, seconds: Double) {
            var count = try job.earlier("count", as: Int.self) ?? configuration.start
            if job.isResumed { #expect(try job.earlierTensor("t", shape: [1], on: .cpu).item == Double(count)) }
            let shouldStop = job.shouldStop()
            while count < configuration.limit, !shouldStop() {
                clock.advance(1)
                count += 1
                job.report(count)
                job.keep(count, as: "count")
                if job.isCheckpointDue { try job.writeCheckpoint(["t": TensorSnapshot(Tensor([Float(count)]))]) }
            }
            return (count, job.clock.seconds)
        }
    }

    private func run(
        _ job: Counting, resumes: Bool = false, interval: Double = 1.5, until last: Int = .max
    ) throws -> (events: [Int], outcome: (count: Int, seconds: Double)) {
        let events = Locked<[Int]>([])
        let outcome = try job.run(
            checkpoint: CheckpointFile(path: path, resumes: resumes, interval: interval), clock: Stopwatch(clock: clock),
            cancelled: { events.withLock { $0.last ?? 0 } >= last }
        ) { event in events.withLock { $0.append(event) } }
        return (events.withLock { $0 }, outcome)
    }

    @Test func resumesFromTheLastCheckpointAndItsClock() throws {
        let first = try run(Counting(clock: clock), until: 3)
        #expect(first.events == [1, 2, 3] && first.outcome == (3, 3))
        // Every second step has a checkpoint, so the third is lost.
        let second = try run(Counting(clock: clock), resumes: true)
        #expect(second.events == [3, 4, 5])
        #expect(second.outcome == (5, 5))
    }

    @Test func theBudgetCoversAllRuns() throws {
        _ = try run(Counting(budget: 3.5, clock: clock), until: 2)
        let resumed = try run(Counting(budget: 3.5, clock: clock), resumes: true)
        #expect(resumed.events == [3, 4])
    }

    @Test func needsNoCheckpointFile() throws {
        let outcome = try Counting(clock: clock).run(clock: Stopwatch(after: 7, clock: clock))
        #expect(outcome == (5, 12))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func refusesOtherJobsAndNamesTheDifferences() throws {
        _ = try run(Counting(clock: clock))
        let other = Counting(configuration: .init(limit: 9, start: 1), clock: clock)
        let error = #expect(throws: CheckpointError.self) { try self.run(other, resumes: true) }
        #expect(
            error?.description
                == "\(path): it was written by a job with other settings, data, machine or version: limit was 5, is 9, start was 0, is 1; "
                + "delete it to start over")
    }

    @Test func namesMissingParts() throws {
        _ = try run(Counting(clock: clock))
        var file = try SafetensorsFile(path: path)
        file.metadata["state.count"] = "\"five\""
        try file.write(to: path)
        #expect { try self.run(Counting(clock: self.clock), resumes: true) } throws: { "\($0)".contains("its state 'count' is missing") }
        file.metadata["state.count"] = "4"
        file.tensors = [:]
        try file.write(to: path)
        #expect { try self.run(Counting(clock: self.clock), resumes: true) } throws: { "\($0)".contains("its tensor 't' is missing") }
        file.metadata["identity"] = nil
        try file.write(to: path)
        #expect { try self.run(Counting(clock: self.clock), resumes: true) } throws: { "\($0)".contains("not a checkpoint") }
    }
}
