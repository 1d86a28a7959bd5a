import Basics
import Foundation
import Search
import Synchronization

/// Another process of this program that works on one candidate at a time, on one thread. It may crash, hang or be killed for want of memory: that is an
/// error of the candidate's, not the end of the run. One thread uses it at a time.
final class WorkerProcess: @unchecked Sendable {
    /// What went wrong with a candidate, in words: an error in its work, or the end of the process in the middle of it.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// It ended before it took an order; another may fare better.
    struct EndedIdle: Error, CustomStringConvertible {
        let description: String
    }

    /// None can work: whatever the candidate, the next would fare alike.
    struct CannotWork: LoopFailure, CustomStringConvertible {
        let reason: String
        let isInput: Bool
        var description: String { isInput ? reason : "a worker process cannot work: \(reason)" }
    }

    /// Work under way is asked this often whether it is to end.
    private static let interval = 0.1
    /// It ends by itself when time is up, after the step under way. This is what it may be late.
    private static let grace = 1.0
    /// Seconds that reading the data may take.
    private static let longestStart = 600.0
    /// Seconds that a process that was killed may take to be gone.
    private static let longestEnd = 2.0
    /// Foundation closes in a new process what is open when it is started. What another thread opens at that moment would stay open in it, and its end
    /// would not be noticed.
    private static let starting = Mutex(())

    private let process = Process()
    private let orders: Pipe
    private let replies: Pipe
    private let complaints = Complaints()
    private let clock = SystemClock()
    private var received = Data()
    private var isReady = false
    /// Whether it has taken an order.
    private(set) var hasWorked = false

    /// Starts the process, which takes a moment to read its data.
    /// - Parameter run: the directory of the run, which says all that is to be known.
    init(run: RunDirectory) throws {
        guard let program = Bundle.main.executableURL else {
            throw CannotWork(reason: "this program's file is not to be found", isInput: false)
        }
        process.executableURL = program
        process.arguments = ["worker", run.url.path]
        // A crash is told in one line, not in pages.
        process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        (orders, replies) = try Self.starting.withLock { [process, complaints] _ in
            let (orders, replies, errors) = (Pipe(), Pipe(), Pipe())
            process.standardInput = orders
            process.standardOutput = replies
            process.standardError = errors
            do {
                try process.run()
            } catch {
                throw CannotWork(reason: error.localizedDescription, isInput: false)
            }
            complaints.read(errors)
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
                guard case .ready? = try reply(within: Self.longestStart, until: deadline) else { return false }
                isReady = true
            }
            // One that has died meanwhile is told from its answer, which is its end.
            try? orders.fileHandleForWriting.write(contentsOf: WorkerLine.data(order))
            guard case .taken? = try reply(within: Self.longestStart, until: deadline) else { return false }
            hasWorked = true
            return true
        } catch let silent as Silent {
            throw CannotWork(reason: "reading the data took longer than \(Duration(seconds: silent.seconds))", isInput: false)
        } catch let failure as Failure {
            throw EndedIdle(description: failure.description)
        }
    }

    /// What comes of the order that it has taken; nil when the deadline was reached first.
    /// - Parameter patience: seconds without a sign of life after which it is given up.
    /// - Throws: `Failure`, `Silent`, and it may be gone then; `CannotWork`.
    func answer(within patience: Double, until deadline: Deadline) throws -> WorkReply? {
        switch try reply(within: patience, until: deadline) {
        case .outOfTime, nil: return nil
        case .failure(let reason): throw Failure(description: reason)
        case let reply?: return reply
        }
    }

    // MARK: - Replies

    /// It has not shown a sign of life for longer than it may.
    struct Silent: Error, CustomStringConvertible {
        let seconds: Double
        var description: String { "its worker process did nothing for \(Duration(seconds: seconds)) and was ended; --patience allows more" }
    }

    /// The next reply but signs of life; nil when the deadline was reached first: it is gone then.
    private func reply(within patience: Double, until deadline: Deadline) throws -> WorkReply? {
        var (silence, last) = (0.0, clock.now())
        while true {
            switch try next(within: Self.interval) {
            case .alive: silence = 0
            case .refusal(let reason, let isInput): throw CannotWork(reason: reason, isInput: isInput)
            case let reply?: return reply
            case nil: break
            }
            // While the machine sleeps, both are silent.
            let now = clock.now()
            silence += min(now - last, 2 * Self.interval)
            last = now
            if silence > patience {
                end()
                throw Silent(seconds: patience)
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
        return how + (complaints.last.map { ": \($0)" } ?? "")
    }
}

/// What a process says on stderr, of which the last line tells why it crashed.
private final class Complaints: Sendable {
    private static let kept = 4_096
    private let text = Mutex(Data())

    func read(_ pipe: Pipe) {
        pipe.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let data = handle.availableData
            guard !data.isEmpty else {
                handle.readabilityHandler = nil
                return
            }
            self?.text.withLock { $0 = Data(($0 + data).suffix(Self.kept)) }
        }
    }

    var last: String? {
        text.withLock { String(decoding: $0, as: UTF8.self) }.split(separator: "\n").last.map { $0.trimmingCharacters(in: .whitespaces) }
    }
}

/// One message as a line of JSON.
enum WorkerLine {
    static let end = UInt8(ascii: "\n")
    /// JSON knows no such numbers; losses of networks that diverge do.
    private static let names = (infinity: "inf", negativeInfinity: "-inf", nan: "nan")

    static func data(_ message: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: names.infinity, negativeInfinity: names.negativeInfinity, nan: names.nan)
        return try encoder.encode(message) + [end]
    }

    static func decode<Message: Decodable>(_ type: Message.Type, _ line: Data) throws -> Message {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: names.infinity, negativeInfinity: names.negativeInfinity, nan: names.nan)
        return try decoder.decode(type, from: line)
    }
}
