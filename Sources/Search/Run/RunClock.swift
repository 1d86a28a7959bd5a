import Basics
import Foundation
import GTN
import ResultStore
import Synchronization

/// Books the wall-clock time of a run on its phases, twice a second, so that a killed run knows what it has spent.
final class RunClock: Sendable {
    private struct State: Sendable {
        var phase: RunPhase
        var since: Double
    }

    private static let interval = 0.5
    /// The setting that tells which phase is under way, or was when the run stopped.
    private static let phaseKey = "phase"

    /// The phase that a run is in, or was in when it stopped; nil for runs from before it was kept.
    static func phase(of store: ResultStore) throws -> RunPhase? {
        try store.settings()[phaseKey].flatMap { try JSONDecoder().decode(RunPhase.self, from: Data($0.utf8)) }
    }

    private static func record(_ phase: RunPhase, in store: ResultStore) throws {
        try store.record(setting: phaseKey, value: FileMetadata.text(phase.rawValue))
    }

    private let store: ResultStore
    private let clock: any WallClock
    private let state: Mutex<State>
    nonisolated(unsafe) private let timer: any DispatchSourceTimer

    /// - Parameter startedAt: when the search began, on the clock.
    init(_ store: ResultStore, clock: any WallClock, startedAt: Double) {
        self.store = store
        self.clock = clock
        state = Mutex(State(phase: .preparation, since: startedAt))
        // Only live views read it: a failure must not end the run.
        try? Self.record(.preparation, in: store)
        timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now() + Self.interval, repeating: Self.interval)
        // A booking that fails is made up for by the next one.
        timer.setEventHandler { [weak self] in try? self?.book() }
        timer.resume()
        // Reading the data is over, and may be all that a process that is killed has done.
        try? book()
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
            if let next { try Self.record(next, in: store) }
            state = State(phase: next ?? state.phase, since: now)
        }
    }
}
