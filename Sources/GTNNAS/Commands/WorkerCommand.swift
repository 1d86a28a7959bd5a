import Basics
import ArgumentParser
import Foundation
import Search
import Synchronization

/// The other end of a `WorkerProcess`: orders come on stdin, replies go to stdout. Not for users.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Works on candidates of a run for a search or a validation, which start it.", shouldDisplay: false)

    @Argument var directory: String

    /// As deep as those of the search itself.
    private static let stackSize = 64 << 20

    func run() throws {
        // What is to be done on Ctrl-C is the search's to say, which ends its workers; whoever ends one of them means it.
        signal(SIGINT, SIG_IGN)
        signal(SIGTERM, SIG_DFL)
        Self.offerToDieFirst()
        let (work, replies) = (OrderQueue(), ReplyLine())
        let thread = Thread { [directory] in Self.work(on: directory, work, replies) }
        thread.stackSize = Self.stackSize
        thread.start()
        while let line = readLine(), let order = try? WorkerLine.decode(WorkOrder.self, Data(line.utf8)) { work.add(order) }
        // Whoever gave the orders is gone: nobody will read what is still under way.
        _exit(0)
    }

    /// When memory runs out, Linux should choose a worker and not the search.
    private static func offerToDieFirst() {
        try? Data("500".utf8).write(to: URL(fileURLWithPath: "/proc/self/oom_score_adj"))
    }

    private static func work(on directory: String, _ orders: OrderQueue, _ replies: ReplyLine) {
        let work: CandidateWork
        do {
            work = try CandidateWork(directory)
        } catch {
            replies.send(.refusal(of: error))
            _exit(1)
        }
        replies.send(.ready)
        while true {
            let order = orders.take()
            replies.send(.taken)
            let clock = SigningClock(replies)
            let deadline = Deadline(at: order.secondsLeft.map { clock.now() + $0 } ?? .infinity, clock: clock)
            replies.send(work.reply(to: order, until: deadline))
        }
    }
}

/// Orders that wait for their worker: one, as the next is given when the last is done.
private final class OrderQueue: Sendable {
    private let orders = Mutex<[WorkOrder]>([])
    private let count = DispatchSemaphore(value: 0)

    func add(_ order: WorkOrder) {
        orders.withLock { $0.append(order) }
        count.signal()
    }

    func take() -> WorkOrder {
        count.wait()
        return orders.withLock { $0.removeFirst() }
    }
}

private final class ReplyLine: Sendable {
    /// Where replies go; whatever else prints, as libraries may, prints where errors go.
    private let output: FileHandle

    init() {
        output = FileHandle(fileDescriptor: dup(STDOUT_FILENO))
        dup2(STDERR_FILENO, STDOUT_FILENO)
    }

    func send(_ reply: WorkReply) {
        // A reply that cannot be sent has no reader; the end of stdin ends this process.
        if let line = try? WorkerLine.data(reply) { try? output.write(contentsOf: line) }
    }
}

/// The machine's clock, which work asks after every step: that it does, is told to the search about once a second.
private final class SigningClock: WallClock {
    private static let interval = 1.0
    private let replies: ReplyLine
    private let clock = SystemClock()
    private let lastSign: Mutex<Double>

    init(_ replies: ReplyLine) {
        self.replies = replies
        lastSign = Mutex(clock.now())
    }

    func now() -> Double {
        let now = clock.now()
        let isDue = lastSign.withLock { last in
            guard now - last > Self.interval else { return false }
            last = now
            return true
        }
        if isDue { replies.send(.alive) }
        return now
    }
}
