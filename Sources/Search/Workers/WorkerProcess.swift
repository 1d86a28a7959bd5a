import Basics
import Foundation
import ResultStore
import Synchronization

/// A worker process, which evaluates one candidate at a time on one thread. A crash, a hang or exhausted memory is recorded as the
/// candidate's failure; the run continues. Only one thread may use an instance at a time.
final class WorkerProcess: @unchecked Sendable {
    /// The failure of a candidate: an error of its task, or the end of the process during the task.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The process ended before it accepted an order; another worker may succeed.
    struct EndedIdle: Error, CustomStringConvertible {
        let description: String
    }

    /// Seconds between checks of deadline and cancellation.
    private static let interval = 0.1
    /// Seconds after the deadline until the process is stopped. Before that, it can end by itself after the current step.
    private static let grace = 1.0
    /// Maximum seconds for reading the data.
    private static let longestStart = 600.0
    /// Maximum seconds to wait for a process to end after SIGKILL.
    private static let longestEnd = 2.0
    /// Lock that serializes starts. Foundation closes inherited file descriptors in a new process, but misses those that another thread
    /// opens at that moment. The new process would keep them open and hide the end of another worker.
    private static let starting = Mutex(())

    private let process = Process()
    private let orders: Pipe
    private let replies: Pipe
    private let stderrTail = StderrTail()
    private let clock = SystemClock()
    private var received = Data()
    private var isReady = false
    /// Whether the worker has accepted an order.
    private(set) var hasWorked = false

    /// Starts the process, which then reads its data.
    init(_ command: WorkerCommandLine) throws {
        process.executableURL = command.program
        process.arguments = command.arguments
        // A crash prints one line instead of a backtrace.
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

    /// Ends the process immediately.
    func end() {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        waitForEnd()
    }

    private func waitForEnd() {
        let begun = clock.now()
        while process.isRunning, clock.now() - begun < Self.longestEnd { usleep(1_000) }
    }

    /// Sends an order once the worker has read its data, and waits until it accepts the order.
    /// - Returns: false if the deadline was reached first; the process has then ended.
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
        } catch let timeout as HeartbeatTimeout {
            throw CannotWork(reason: "reading the data took longer than \(TimeSpan(seconds: timeout.seconds))", isInput: false)
        } catch let failure as Failure {
            throw EndedIdle(description: failure.description)
        }
    }

    /// Waits for the result of the accepted order; nil if the deadline was reached first.
    /// - Parameters:
    ///   - timeout: seconds without a heartbeat after which the process is stopped.
    ///   - deadline: the time by which to end.
    /// - Throws: `Failure` or `HeartbeatTimeout`, after which the process may have ended; `CannotWork`.
    func result(timeout: Double, until deadline: Deadline) throws -> CandidateTaskResult? {
        switch try reply(timeout: timeout, until: deadline) {
        case .result(let result): return result
        case .outOfTime, nil: return nil
        case .failure(let reason): throw Failure(description: reason)
        case .ready, .taken, .heartbeat, .refusal: throw Failure(description: "its worker process sent an unexpected reply")
        }
    }

    // MARK: - Replies

    /// The error of a worker that sent no heartbeat within the timeout.
    struct HeartbeatTimeout: Error, CustomStringConvertible {
        let seconds: Double
        var description: String {
            "its worker process sent no heartbeat for \(TimeSpan(seconds: seconds)) and was stopped; slow steps need a longer timeout"
        }
    }

    /// The next reply that is not a heartbeat; nil if the deadline was reached first, in which case the process has ended.
    private func reply(timeout: Double, until deadline: Deadline) throws -> WorkReply? {
        var (silence, last) = (0.0, clock.now())
        while true {
            switch try next(within: Self.interval) {
            case .heartbeat: silence = 0
            case .refusal(let reason, let isInput): throw CannotWork(reason: reason, isInput: isInput)
            case let reply?: return reply
            case nil: break
            }
            // The cap excludes time in which the machine sleeps.
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

    /// The next line; nil if it does not arrive in time.
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
            // Later lines could be mistaken for the reply to another order.
            end()
            throw Failure(description: "its worker process sent an invalid reply")
        }
    }

    private func howItEnded() -> String {
        waitForEnd()
        guard !process.isRunning else { return "closed its output" }
        let status = process.terminationStatus
        let how =
            switch (process.terminationReason, status) {
            case (.uncaughtSignal, SIGKILL): "ended with SIGKILL, usually because memory ran out"
            case (.uncaughtSignal, _): "crashed (signal \(status), \(String(cString: strsignal(status))))"
            default: "ended with exit code \(status)"
            }
        return how + (stderrTail.lastLine.map { ": \($0)" } ?? "")
    }
}
