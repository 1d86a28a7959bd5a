import ResultStore
import Basics
import Foundation
import Synchronization

/// A pool of threads that process candidates until none is left or the deadline is reached.
///
/// The threads are dedicated, not from the cooperative pool: the work blocks for seconds, has settings per thread, and needs a deep stack.
struct WorkerPool<Value: Sendable>: Sendable {
    struct Job: Sendable {
        let index: Int
        let candidate: Candidate
        let seed: UInt64
        /// Expected duration of this candidate; nil for the median of past durations.
        var expectedSeconds: Double? = nil
    }

    enum Draw: Sendable {
        case job(Job)
        /// The next job depends on a result that is still pending.
        case wait
        /// No job is left.
        case end
    }

    /// Returns the next job. Called by one worker at a time.
    typealias Next = @Sendable () throws -> Draw
    /// Does one job. Returns a value, a failure that is not retried, or nil if the deadline was reached.
    typealias Work = @Sendable (Job) throws -> Result<Value, CandidateFailure>?
    typealias OnResult = @Sendable (CandidateResult<Value>) throws -> Void

    /// Total number of attempts per job; only a second failure is recorded.
    private static var attemptsAllowed: Int { 2 }
    private static var stackSize: Int { 64 << 20 }

    let workers: Int
    let deadline: Deadline
    let pastDurations: [Double]

    /// Runs the pool and blocks until every worker has ended.
    /// - Throws: errors of `next` and `onResult`, and a `LoopFailure` of `work`, after running jobs have ended. Other errors of `work` are
    ///   recorded.
    func run(next: @escaping Next, work: @escaping Work, onResult: @escaping OnResult) throws -> LoopOutcome<Value> {
        let queue = WorkQueue<Value>(deadline: deadline, forecast: DurationForecast(past: pastDurations), next: next, onResult: onResult)
        let group = DispatchGroup()
        for number in 0..<workers {
            group.enter()
            let thread = Thread {
                while let job = queue.take() {
                    let start = deadline.clock.now()
                    let outcome: Result<Value, CandidateFailure>?
                    do {
                        outcome = try attempt(job, work)
                    } catch {
                        queue.fail(error)
                        break
                    }
                    guard let outcome else {
                        queue.stopEarly()
                        break
                    }
                    let result = CandidateResult(index: job.index, candidate: job.candidate, seed: job.seed, outcome: outcome)
                    queue.add(result, duration: deadline.clock.now() - start)
                }
                group.leave()
            }
            thread.name = "worker \(number)"
            thread.stackSize = Self.stackSize
            thread.start()
        }
        group.wait()
        return try queue.outcome()
    }

    private func attempt(_ job: Job, _ work: Work) throws -> Result<Value, CandidateFailure>? {
        for number in 1... {
            do {
                return try work(job)
            } catch let failure as any LoopFailure {
                throw failure
            } catch {
                if number == Self.attemptsAllowed { return .failure(CandidateFailure(reason: "\(error)")) }
                // There is no time for a second attempt; a resumed run evaluates the candidate again.
                if deadline.isReached { return nil }
            }
        }
        return nil
    }
}

/// The state that the workers of a pool share.
private final class WorkQueue<Value: Sendable>: Sendable {
    private struct State: Sendable {
        var forecast: DurationForecast
        var isClosed = false
        var endedEarly = false
        var error: (any Error)?
        /// Whether `onResult` threw the error.
        var recordFailed = false
        var results: [CandidateResult<Value>] = []
        /// Number of results so far; workers wait for it to change.
        var changes = 0

        mutating func fail(_ error: any Error) {
            self.error = self.error ?? error
            isClosed = true
        }
    }

    private enum Turn {
        case job(WorkerPool<Value>.Job)
        case done
        case wait(changes: Int)
    }

    private let state: Mutex<State>
    private let changed = NSCondition()
    private let deadline: Deadline
    private let next: WorkerPool<Value>.Next
    private let onResult: WorkerPool<Value>.OnResult

    init(
        deadline: Deadline, forecast: DurationForecast, next: @escaping WorkerPool<Value>.Next,
        onResult: @escaping WorkerPool<Value>.OnResult
    ) {
        state = Mutex(State(forecast: forecast))
        self.deadline = deadline
        self.next = next
        self.onResult = onResult
    }

    /// Returns the next job, or nil if the calling worker is done. Blocks while the next job depends on a result that is still pending.
    func take() -> WorkerPool<Value>.Job? {
        while true {
            switch state.withLock({ turn(&$0) }) {
            case .job(let job): return job
            case .done:
                // Wakes workers that wait for a result that will never arrive.
                announce()
                return nil
            case .wait(let changes):
                changed.lock()
                while state.withLock({ $0.changes == changes && !$0.isClosed }) { changed.wait() }
                changed.unlock()
            }
        }
    }

    private func turn(_ state: inout State) -> Turn {
        guard !state.isClosed else { return .done }
        do {
            switch try next() {
            case .wait: return .wait(changes: state.changes)
            case .end: state.isClosed = true
            case .job(let job):
                guard deadline.isReached || job.expectedSeconds ?? state.forecast.expected ?? 0 > deadline.remaining else {
                    return .job(job)
                }
                state.isClosed = true
                state.endedEarly = true
            }
        } catch {
            state.fail(error)
        }
        return .done
    }

    private func announce() {
        changed.lock()
        changed.broadcast()
        changed.unlock()
    }

    func add(_ result: CandidateResult<Value>, duration: Double) {
        state.withLock { state in
            state.forecast.add(duration)
            state.changes += 1
            // Once `onResult` has failed, the caller's record is incomplete, and it is not called again.
            guard !state.recordFailed else { return }
            do {
                try onResult(result)
                state.results.append(result)
            } catch {
                state.recordFailed = true
                state.fail(error)
            }
        }
        announce()
    }

    func fail(_ error: any Error) {
        state.withLock { $0.fail(error) }
        announce()
    }

    func stopEarly() {
        state.withLock { state in
            state.isClosed = true
            state.endedEarly = true
        }
        announce()
    }

    func outcome() throws -> LoopOutcome<Value> {
        try state.withLock { state in
            if let error = state.error { throw error }
            let end: LoopEnd = !state.endedEarly ? .completed : deadline.isCancelled ? .cancelled : .deadline
            return LoopOutcome(results: state.results.sorted { $0.index < $1.index }, end: end)
        }
    }
}
