import Foundation
import Search

/// Another process of this program that works on one candidate at a time, on one thread. It may crash, hang or be killed for want of memory: that is an
/// error of the candidate's, not the end of the run. One thread uses it at a time.
final class WorkerProcess: @unchecked Sendable {
    /// What went wrong with a candidate, in words: an error in its work, or the end of the process in the middle of it.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// It has not shown a sign of life for longer than it may.
    struct Silent: Error, CustomStringConvertible {
        let seconds: Double
        var description: String { "its worker process did nothing for \(Duration(seconds: seconds)) and was ended; --patience allows more" }
    }

    /// It ended before it could take an order; another may fare better.
    struct EndedEarly: Error, CustomStringConvertible {
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

    private let process = Process()
    private let orders = Pipe()
    private let replies = Pipe()
    private let patience: Double
    private let clock = SystemClock()
    private var received = Data()
    /// Whether it can take orders, or could before it ended.
    private(set) var isReady = false

    /// Starts the process, which takes a moment to read its data.
    /// - Parameters:
    ///   - run: the directory of the run, which says all that is to be known.
    ///   - patience: seconds without a sign of life after which it is given up.
    init(run: RunDirectory, patience: Double) throws {
        self.patience = patience
        guard let program = Bundle.main.executableURL else { throw CannotWork(reason: "this program's file is not to be found", isInput: false) }
        process.executableURL = program
        process.arguments = ["worker", run.url.path]
        // A crash is told in one line, not in pages.
        process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        process.standardInput = orders
        process.standardOutput = replies
        do {
            try process.run()
        } catch {
            throw CannotWork(reason: "\(error.localizedDescription)", isInput: false)
        }
    }

    deinit { end() }

    var isRunning: Bool { process.isRunning }
    var number: Int { Int(process.processIdentifier) }

    /// Ends it at once.
    func end() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Waits until it can take orders.
    /// - Returns: false when the deadline was reached first: it is gone then.
    /// - Throws: `EndedEarly`, `CannotWork`.
    func begin(until deadline: Deadline) throws -> Bool {
        guard !isReady else {
            guard isRunning else { throw EndedEarly(description: "it ended while it had nothing to do") }
            return true
        }
        switch try reply(within: Self.longestStart, until: deadline) {
        case .ready: isReady = true
        case .refusal(let reason, let isInput): throw CannotWork(reason: reason, isInput: isInput)
        case nil: return false
        case let other?: preconditionFailure("a worker begins with \(other)")
        }
        return true
    }

    /// - Returns: its answer; nil when the deadline was reached first.
    /// - Throws: `Failure`, `CannotWork`; `Silent`, and it is gone then.
    func perform(_ task: WorkOrder.Task, with candidate: Candidate, seed: UInt64, until deadline: Deadline) throws -> WorkReply? {
        let order = WorkOrder(task: task, candidate: candidate, seed: seed, secondsLeft: deadline.time.isFinite ? deadline.remaining : nil)
        // One that has died meanwhile is told from its answer, which is its end.
        try? orders.fileHandleForWriting.write(contentsOf: WorkerLine.data(order))
        let reply = try reply(within: patience, until: deadline)
        switch reply {
        case .outOfTime: return nil
        case .failure(let reason): throw Failure(description: reason)
        case .refusal(let reason, let isInput): throw CannotWork(reason: reason, isInput: isInput)
        default: return reply
        }
    }

    /// The next reply but signs of life; nil when the deadline was reached first: it is gone then.
    private func reply(within patience: Double, until deadline: Deadline) throws -> WorkReply? {
        var lastSign = clock.now()
        while true {
            if let reply = try next(within: Self.interval) {
                guard case .alive = reply else { return reply }
                lastSign = clock.now()
            }
            if deadline.isCancelled || deadline.clock.now() > deadline.time + Self.grace {
                end()
                return nil
            }
            if clock.now() - lastSign > patience {
                end()
                throw Silent(seconds: patience)
            }
        }
    }

    /// The next line, when it comes in time.
    private func next(within seconds: Double) throws -> WorkReply? {
        if let line = takeLine() { return try WorkerLine.decode(WorkReply.self, line) }
        let descriptor = replies.fileHandleForReading.fileDescriptor
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, Int32(seconds * 1_000)) > 0 else { return nil }
        let data = replies.fileHandleForReading.availableData
        guard !data.isEmpty else { throw ended() }
        received.append(data)
        return try takeLine().map { try WorkerLine.decode(WorkReply.self, $0) }
    }

    private func takeLine() -> Data? {
        guard let end = received.firstIndex(of: WorkerLine.end) else { return nil }
        defer { received = Data(received[(end + 1)...]) }
        return Data(received[..<end])
    }

    private func ended() -> any Error {
        process.waitUntilExit()
        let status = process.terminationStatus
        let how =
            switch (process.terminationReason, status) {
            case (.uncaughtSignal, SIGKILL): "was killed, as systems do when memory runs out"
            case (.uncaughtSignal, _): "crashed (signal \(status), \(String(cString: strsignal(status))))"
            default: "ended with exit code \(status)"
            }
        return isReady ? Failure(description: "its worker process \(how)") : EndedEarly(description: "it \(how)")
    }
}

/// One message as a line of JSON.
enum WorkerLine {
    static let end = UInt8(ascii: "\n")
    /// JSON knows no such numbers; losses of networks that diverge do.
    private static let names = (infinity: "inf", negativeInfinity: "-inf", nan: "nan")

    static func data(_ message: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: names.infinity, negativeInfinity: names.negativeInfinity, nan: names.nan)
        return try encoder.encode(message) + [end]
    }

    static func decode<Message: Decodable>(_ type: Message.Type, _ line: Data) throws -> Message {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(positiveInfinity: names.infinity, negativeInfinity: names.negativeInfinity, nan: names.nan)
        return try decoder.decode(type, from: line)
    }
}
