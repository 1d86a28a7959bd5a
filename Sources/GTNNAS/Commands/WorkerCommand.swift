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
        // Ctrl-C reaches all processes of a terminal; what is to be done then is the search's to say.
        signal(SIGINT, SIG_IGN)
        let (work, replies) = (OrderQueue(), ReplyLine())
        let thread = Thread { [directory] in Self.work(on: directory, work, replies) }
        thread.stackSize = Self.stackSize
        thread.start()
        while let line = readLine(), let order = try? WorkerLine.decode(WorkOrder.self, Data(line.utf8)) { work.add(order) }
        // Whoever gave the orders is gone: nobody will read what is still under way.
        _exit(0)
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
    func send(_ reply: WorkReply) {
        // A reply that cannot be sent has no reader; the end of stdin ends this process.
        if let line = try? WorkerLine.data(reply) { try? FileHandle.standardOutput.write(contentsOf: line) }
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
