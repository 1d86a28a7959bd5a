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

    func begin(_ text: String) {
        state.withLock {
            ($0.done, $0.best) = (0, -Double.infinity)
            $0.progress.update(text, force: true)
        }
    }

    func taught(_ step: MetaTraining.Step, until deadline: Deadline, of count: Int?) {
        state.withLock {
            let steps = count.map { " of \($0)" } ?? ""
            $0.progress.update(
                "teaching: meta-step \(step.index + 1)\(steps), loss on real data \(step.loss.map { decimal($0, 3) } ?? "-")\(Self.left(deadline))")
        }
    }

    func scored(_ result: CandidateResult<Evaluation>, until deadline: Deadline, of count: Int?) {
        state.withLock { state in
            state.done += 1
            if let value = result.value { state.best = max(state.best, value.score) }
            let of = count.map { " of \($0)" } ?? ""
            state.progress.update(
                "scoring: \(state.done)\(of) candidates, best score \(state.best.isFinite ? decimal(state.best, 3) : "-")\(Self.left(deadline))")
        }
    }

    func validated(_ result: CandidateResult<Validation>, until deadline: Deadline, of count: Int) {
        state.withLock { state in
            state.done += 1
            if let value = result.value { state.best = max(state.best, value.accuracy) }
            state.progress.update(
                "training on real data: \(state.done) of \(count), best accuracy \(state.best.isFinite ? percent(state.best) : "-")"
                    + Self.left(deadline))
        }
    }

    private static func left(_ deadline: Deadline) -> String {
        deadline.time.isFinite ? ", \(Duration(seconds: deadline.remaining)) left" : ""
    }
}
