import Basics
import Foundation
import Synchronization
import Tensors

/// The program of a worker process. It reads orders from standard input and writes replies to standard output.
public enum WorkerProgram {
    /// The stack size that the search's own threads have.
    private static let stackSize = 64 << 20

    /// Does tasks on the candidates of a run until standard input ends, then ends the process. Call it from the main thread.
    /// - Parameter directory: path of the run directory.
    public static func run(directory: String) -> Never {
        // The coordinator handles Ctrl-C and ends its workers.
        signal(SIGINT, SIG_IGN)
        signal(SIGTERM, SIG_DFL)
        offerToDieFirst()
        Runtime.start()
        let (orders, replies) = (OrderQueue(), ReplyLine())
        let thread = Thread { work(on: directory, orders, replies) }
        thread.stackSize = stackSize
        thread.start()
        while let line = readLine(), let order = try? WorkerLine.decode(WorkOrder.self, Data(line.utf8)) { orders.add(order) }
        // The coordinator has ended: nobody reads further replies.
        _exit(0)
    }

    /// Makes Linux end a worker before the coordinator when memory runs out.
    private static func offerToDieFirst() {
        try? Data("500".utf8).write(to: URL(fileURLWithPath: "/proc/self/oom_score_adj"))
    }

    private static func work(on directory: String, _ orders: OrderQueue, _ replies: ReplyLine) {
        let work: CandidateWork
        do {
            work = try CandidateWork(Run(path: directory))
        } catch {
            replies.send(.refusal(of: error))
            _exit(1)
        }
        replies.send(.ready)
        while true {
            let order = orders.take()
            replies.send(.taken)
            let clock = HeartbeatClock { replies.send(.heartbeat) }
            let deadline = Deadline(at: order.secondsLeft.map { clock.now() + $0 } ?? .infinity, clock: clock)
            replies.send(reply(to: order, by: work, until: deadline))
        }
    }

    private static func reply(to order: WorkOrder, by work: CandidateWork, until deadline: Deadline) -> WorkReply {
        do {
            return try work.perform(order.task, on: order.candidate, seed: order.seed, until: deadline).map { .result($0) } ?? .outOfTime
        } catch let cannot as CannotWork {
            return .refusal(of: cannot)
        } catch {
            return .failure("\(error)")
        }
    }
}

/// Orders that wait for the worker: at most one, as the coordinator sends the next one after a result.
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
    /// The original standard output. Standard output is redirected to standard error, so that libraries that print do not disturb replies.
    private let output: FileHandle

    init() {
        output = FileHandle(fileDescriptor: dup(STDOUT_FILENO))
        dup2(STDERR_FILENO, STDOUT_FILENO)
    }

    func send(_ reply: WorkReply) {
        // A reply that cannot be sent has no reader; the end of standard input ends this process.
        if let line = try? WorkerLine.data(reply) { try? output.write(contentsOf: line) }
    }
}
