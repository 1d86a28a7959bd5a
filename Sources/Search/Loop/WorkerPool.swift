import ResultStore
import Basics
import Foundation
import Synchronization

/// Works through candidates on threads of its own until there are none left or time is up.
///
/// Dedicated threads, not the cooperative pool: the work blocks for seconds, keeps settings per thread, and wants a deep stack.
struct WorkerPool<Value: Sendable>: Sendable {
    struct Job: Sendable {
        let index: Int
        let candidate: Candidate
        let seed: UInt64
        /// Foretold for this very candidate; nil leaves it to the median of the past.
        var expectedSeconds: Double? = nil
    }

    enum Draw: Sendable {
        case job(Job)
        /// The next job depends on work under way.
        case wait
        /// There is none left.
        case end
    }

    /// Gives the next job. Called by one worker at a time.
    typealias Next = @Sendable () throws -> Draw
    /// Does one job: a value, a failure not worth a second attempt, or nil when time ran out.
    typealias Work = @Sendable (Job) throws -> Result<Value, CandidateFailure>?
    typealias OnResult = @Sendable (CandidateResult<Value>) throws -> Void

    /// An evaluation that fails is tried this often in all; only a second failure is held against the candidate.
    private static var attemptsAllowed: Int { 2 }
    private static var stackSize: Int { 64 << 20 }

    let workers: Int
    let deadline: Deadline
    let pastDurations: [Double]

    /// Blocks until every worker has ended.
    /// - Throws: what `next` or `onResult` throws, once the work under way has ended; what work throws is recorded, unless it is a
    ///   `LoopFailure`.
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
                // Too late to know whether the candidate or the moment was to blame: it is left for a resumed run.
                if deadline.isReached { return nil }
            }
        }
        return nil
    }
}

/// What the workers of a pool share.
private final class WorkQueue<Value: Sendable>: Sendable {
    private struct State: Sendable {
        var forecast: DurationForecast
        var isClosed = false
        var endedEarly = false
        var error: (any Error)?
        /// Whether `onResult` threw it.
        var recordFailed = false
        var results: [CandidateResult<Value>] = []
        /// Counts what those who wait may wait for.
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

    /// The next job, or nil when the worker that asks is done. Blocks while the next job depends on work under way.
    func take() -> WorkerPool<Value>.Job? {
        while true {
            switch state.withLock({ turn(&$0) }) {
            case .job(let job): return job
            case .done:
                // Workers that wait for a result must see that none will come.
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
            // After an error of the caller's its record is incomplete anyway; it is not called again.
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
