import Basics
import Foundation
import GTN
import Search
import Synchronization

/// Shows how a run is getting on. Called from the workers' threads, one at a time.
final class RunReporter: Sendable {
    private struct State {
        let progress: Progress
        var done = 0
        var best = -Double.infinity
        /// When the phase began, on the system's clock.
        var begun = 0.0
    }

    private let state: Mutex<State>
    private let clock = SystemClock()

    init(silent: Bool) {
        state = Mutex(State(progress: Progress(silent: silent)))
    }

    /// A line that stays.
    func say(_ text: String) {
        state.withLock { $0.progress.say(text) }
    }

    func clear() {
        state.withLock { $0.progress.clear() }
    }

    /// - Parameter done: candidates of the phase that an earlier process was through with.
    func begin(_ text: String, done: Int = 0) {
        state.withLock {
            ($0.done, $0.best, $0.begun) = (done, -Double.infinity, clock.now())
            $0.progress.update(text, force: true)
        }
    }

    func taught(_ step: MetaTraining.Step, until deadline: Deadline, of count: Int?) {
        state.withLock {
            let steps = count.map { " of \($0)" } ?? ""
            $0.progress.update(
                "teaching: meta-step \(step.index + 1)\(steps), loss on real data \(step.loss.map { decimal($0, 3) } ?? "-")\(Self.left(deadline))",
                done: share(step.index + 1, of: count, since: $0.begun, until: deadline))
        }
    }

    func scored(_ result: CandidateResult<Evaluation>, until deadline: Deadline, of count: Int?) {
        state.withLock { state in
            state.done += 1
            if let value = result.value { state.best = max(state.best, value.score) }
            let of = count.map { " of \($0)" } ?? ""
            state.progress.update(
                "scoring: \(state.done)\(of) candidates, best score \(state.best.isFinite ? decimal(state.best, 3) : "-")\(Self.left(deadline))",
                done: share(state.done, of: count, since: state.begun, until: deadline))
        }
    }

    func validated(_ result: CandidateResult<Validation>, until deadline: Deadline, of count: Int) {
        state.withLock { state in
            state.done += 1
            if let value = result.value { state.best = max(state.best, value.accuracy) }
            state.progress.update(
                "training on real data: \(state.done) of \(count), best accuracy \(state.best.isFinite ? percent(state.best) : "-")"
                    + Self.left(deadline), done: Double(state.done) / Double(count))
        }
    }

    /// Of the work where it is counted, else of the time; nil where neither is bounded.
    private func share(_ done: Int, of count: Int?, since begun: Double, until deadline: Deadline) -> Double? {
        if let count { return Double(done) / Double(max(1, count)) }
        guard deadline.time.isFinite else { return nil }
        let elapsed = clock.now() - begun
        return elapsed / max(elapsed + deadline.remaining, .leastNormalMagnitude)
    }

    private static func left(_ deadline: Deadline) -> String {
        deadline.time.isFinite ? ", \(Duration(seconds: deadline.remaining)) left" : ""
    }
}
