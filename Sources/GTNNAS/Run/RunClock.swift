import Foundation
import ResultStore
import Search
import Synchronization

/// Books the wall-clock time of a run on its phases, every few seconds, so that a killed run knows what it has spent.
final class RunClock: Sendable {
    private struct State: Sendable {
        var phase: RunPhase
        var since: Double
    }

    private static let interval = 2.0

    private let store: ResultStore
    private let clock = SystemClock()
    private let state: Mutex<State>
    nonisolated(unsafe) private let timer: any DispatchSourceTimer

    /// - Parameter startedAt: when the command began, on the system's clock.
    init(_ store: ResultStore, startedAt: Double) {
        self.store = store
        state = Mutex(State(phase: .preparation, since: startedAt))
        timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now() + Self.interval, repeating: Self.interval)
        // A booking that fails is made up for by the next one.
        timer.setEventHandler { [weak self] in try? self?.book() }
        timer.resume()
    }

    deinit { timer.cancel() }

    /// Books the time so far on the phase that ends here.
    func enter(_ phase: RunPhase) throws {
        try book(next: phase)
    }

    func book() throws {
        try book(next: nil)
    }

    private func book(next: RunPhase?) throws {
        try state.withLock { state in
            let now = clock.now()
            try store.add(seconds: max(0, now - state.since), to: state.phase)
            state = State(phase: next ?? state.phase, since: now)
        }
    }
}
