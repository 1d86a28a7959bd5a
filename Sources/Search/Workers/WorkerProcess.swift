import Basics
import Foundation
import ResultStore
import Synchronization

/// A worker in a process of its own, with one candidate at a time on one thread. It may crash, hang or be killed for want of memory: that
/// is an error of the candidate's, not the end of the run. One thread uses it at a time.
final class WorkerProcess: @unchecked Sendable {
    /// What went wrong with a candidate, in words: an error in its work, or the end of the process in the middle of it.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// It ended before it took an order; another may fare better.
    struct EndedIdle: Error, CustomStringConvertible {
        let description: String
    }

    /// Work under way is asked this often whether it is to end.
    private static let interval = 0.1
    /// It ends by itself when time is up, after the step under way. This is what it may be late.
    private static let grace = 1.0
    /// Seconds that reading the data may take.
    private static let longestStart = 600.0
    /// Seconds that a process that was killed may take to be gone.
    private static let longestEnd = 2.0
    /// Foundation closes in a new process what is open when it is started. What another thread opens at that moment would stay open in it,
    /// and its end would not be noticed.
    private static let starting = Mutex(())

    private let process = Process()
    private let orders: Pipe
    private let replies: Pipe
    private let stderrTail = StderrTail()
    private let clock = SystemClock()
    private var received = Data()
    private var isReady = false
    /// Whether it has taken an order.
    private(set) var hasWorked = false

    /// Starts the process, which takes a moment to read its data.
    init(_ command: WorkerCommandLine) throws {
        process.executableURL = command.program
        process.arguments = command.arguments
        // One line about a crash, not pages.
        process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        (orders, replies) = try Self.starting.withLock { [process, stderrTail] _ in
            let (orders, replies, errors) = (Pipe(), Pipe(), Pipe())
            process.standardInput = orders
            process.standardOutput = replies
            process.standardError = errors
            do {
                try process.run()
            } catch {
                throw CannotWork(reason: "\(error.localizedDescription)", isInput: false)
            }
            stderrTail.read(errors)
            return (orders, replies)
        }
    }

    deinit { end() }

    var isRunning: Bool { process.isRunning }
    var number: Int { Int(process.processIdentifier) }

    /// Ends it at once.
    func end() {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        waitForEnd()
    }

    private func waitForEnd() {
        let begun = clock.now()
        while process.isRunning, clock.now() - begun < Self.longestEnd { usleep(1_000) }
    }

    /// Gives it an order, once it has read its data, and waits until it has taken it.
    /// - Returns: false when the deadline was reached first: it is gone then.
    /// - Throws: `EndedIdle`, `CannotWork`.
    func take(_ order: WorkOrder, until deadline: Deadline) throws -> Bool {
        do {
            if !isReady {
                guard case .ready? = try reply(timeout: Self.longestStart, until: deadline) else { return false }
                isReady = true
            }
            // If the worker has died, reading its reply reports that.
            try? orders.fileHandleForWriting.write(contentsOf: WorkerLine.data(order))
            guard case .taken? = try reply(timeout: Self.longestStart, until: deadline) else { return false }
            hasWorked = true
            return true
        } catch let silent as HeartbeatTimeout {
            throw CannotWork(reason: "reading the data took longer than \(TimeSpan(seconds: silent.seconds))", isInput: false)
        } catch let failure as Failure {
            throw EndedIdle(description: failure.description)
        }
    }

    /// The result of the order that it has taken; nil when the deadline was reached first.
    /// - Parameter timeout: seconds without a heartbeat after which it is given up.
    /// - Throws: `Failure`, `HeartbeatTimeout`, and it may be gone then; `CannotWork`.
    func result(timeout: Double, until deadline: Deadline) throws -> CandidateTaskResult? {
        switch try reply(timeout: timeout, until: deadline) {
        case .result(let result): return result
        case .outOfTime, nil: return nil
        case .failure(let reason): throw Failure(description: reason)
        case .ready, .taken, .heartbeat, .refusal: throw Failure(description: "its worker process answered out of turn")
        }
    }

    // MARK: - Replies

    /// No heartbeat came for longer than is allowed.
    struct HeartbeatTimeout: Error, CustomStringConvertible {
        let seconds: Double
        var description: String {
            "its worker process did nothing for \(TimeSpan(seconds: seconds)) and was ended; a longer timeout allows more"
        }
    }

    /// The next reply but heartbeats; nil when the deadline was reached first: the process is gone then.
    private func reply(timeout: Double, until deadline: Deadline) throws -> WorkReply? {
        var (silence, last) = (0.0, clock.now())
        while true {
            switch try next(within: Self.interval) {
            case .heartbeat: silence = 0
            case .refusal(let reason, let isInput): throw CannotWork(reason: reason, isInput: isInput)
            case let reply?: return reply
            case nil: break
            }
            // While the machine sleeps, both are silent.
            let now = clock.now()
            silence += min(now - last, 2 * Self.interval)
            last = now
            if silence > timeout {
                end()
                throw HeartbeatTimeout(seconds: timeout)
            }
            if deadline.isCancelled || deadline.clock.now() > deadline.time + Self.grace {
                end()
                return nil
            }
        }
    }

    /// The next line, when it comes in time.
    private func next(within seconds: Double) throws -> WorkReply? {
        if let line = takeLine() { return try decode(line) }
        let pipe = replies.fileHandleForReading
        var waiting = pollfd(fd: pipe.fileDescriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, Int32(seconds * 1_000)) > 0 else { return nil }
        let data = pipe.availableData
        guard !data.isEmpty else { throw Failure(description: "its worker process \(howItEnded())") }
        received.append(data)
        return try takeLine().map(decode)
    }

    private func takeLine() -> Data? {
        guard let end = received.firstIndex(of: WorkerLine.end) else { return nil }
        defer { received = Data(received[(end + 1)...]) }
        return Data(received[..<end])
    }

    private func decode(_ line: Data) throws -> WorkReply {
        do {
            return try WorkerLine.decode(WorkReply.self, line)
        } catch {
            // What else it sends could be taken for the answer to another order.
            end()
            throw Failure(description: "its worker process sent what is no reply")
        }
    }

    private func howItEnded() -> String {
        waitForEnd()
        guard !process.isRunning else { return "closed its output" }
        let status = process.terminationStatus
        let how =
            switch (process.terminationReason, status) {
            case (.uncaughtSignal, SIGKILL): "was killed, as systems do when memory runs out"
            case (.uncaughtSignal, _): "crashed (signal \(status), \(String(cString: strsignal(status))))"
            default: "ended with exit code \(status)"
            }
        return how + (stderrTail.lastLine.map { ": \($0)" } ?? "")
    }
}
