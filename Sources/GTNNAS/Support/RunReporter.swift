import Basics
import Foundation
import GTN
import Search
import Synchronization

/// Shows the events of a search as progress. Workers call it from several threads.
final class RunReporter: Sendable {
    private struct State {
        let progress: Progress
        var done = 0
        var best = -Double.infinity
        /// Start of the stage, on the system's clock.
        var begun = 0.0
    }

    private let state: Mutex<State>
    private let clock = SystemClock()

    init(silent: Bool) {
        state = Mutex(State(progress: Progress(silent: silent)))
    }

    func show(_ event: SearchEvent) {
        state.withLock { state in
            switch event {
            case .began(let directory): state.progress.say("run \(directory.shown)")
            case .note(let note): state.progress.say(note.text(naming: CommandLineOption.name))
            case .stage(let stage, let done):
                (state.done, state.best, state.begun) = (done, -Double.infinity, clock.now())
                state.progress.update("\(stage)", force: true)
            case .metaStep(let step, let count, let deadline):
                let of = count.map { " of \($0)" } ?? ""
                let loss = step.loss.map { decimal($0, 3) } ?? "-"
                state.progress.update(
                    "meta-training: meta-step \(step.index + 1)\(of), loss on real data \(loss)\(Self.left(deadline))",
                    done: share(step.index + 1, of: count, since: state.begun, until: deadline))
            case .scored(_, let count, let deadline):
                state.done += 1
                let of = count.map { " of \($0)" } ?? ""
                state.progress.update(
                    "scoring: \(state.done)\(of) candidates\(Self.left(deadline))",
                    done: share(state.done, of: count, since: state.begun, until: deadline))
            case .preview(let best, let count):
                let lines = best.map { "\n  \($0.rank)  \(decimal($0.evaluation.score, 4))  \($0.candidate.label)" }.joined()
                state.progress.say("the best of \(count) candidates so far:\(lines)")
            case .validated(let result, let count, let deadline):
                state.done += 1
                if let value = result.value { state.best = max(state.best, value.accuracy) }
                let best = state.best.isFinite ? percent(state.best) : "-"
                state.progress.update(
                    "validating: \(state.done) of \(count), best accuracy \(best)\(Self.left(deadline))",
                    done: Double(state.done) / Double(count))
            }
        }
    }

    func clear() {
        state.withLock { $0.progress.clear() }
    }

    /// The finished share of the work if it is counted, else of the time; nil if neither is bounded.
    private func share(_ done: Int, of count: Int?, since begun: Double, until deadline: Deadline) -> Double? {
        if let count { return Double(done) / Double(max(1, count)) }
        guard deadline.time.isFinite else { return nil }
        let elapsed = clock.now() - begun
        return elapsed / max(elapsed + deadline.remaining, .leastNormalMagnitude)
    }

    private static func left(_ deadline: Deadline) -> String {
        deadline.time.isFinite ? ", \(TimeSpan(seconds: deadline.remaining)) left" : ""
    }
}
