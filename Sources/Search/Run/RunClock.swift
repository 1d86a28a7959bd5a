import Basics
import Foundation
import GTN
import ResultStore
import Synchronization

/// A clock that records the wall-clock time of each phase of a run. It records twice a second, so that an interrupted run keeps its time.
final class RunClock: Sendable {
    private struct State: Sendable {
        var phase: RunPhase
        var since: Double
    }

    private static let interval = 0.5
    /// The setting with the run's current phase, or the last one if it has stopped.
    private static let phaseKey = "phase"

    /// Returns the current phase of a run, or the last one if it has stopped; nil for runs of versions that did not record it.
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

    /// - Parameters:
    ///   - store: the run's database.
    ///   - clock: the clock that measures time.
    ///   - startedAt: time on the clock at which the search started.
    init(_ store: ResultStore, clock: any WallClock, startedAt: Double) {
        self.store = store
        self.clock = clock
        state = Mutex(State(phase: .preparation, since: startedAt))
        // Only live views read the phase: a failure to record it must not end the run.
        try? Self.record(.preparation, in: store)
        timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now() + Self.interval, repeating: Self.interval)
        // If recording fails, the next call records the time.
        timer.setEventHandler { [weak self] in try? self?.book() }
        timer.resume()
        // Records the time of reading the data, in case the process is interrupted before the first interval ends.
        try? book()
    }

    deinit { timer.cancel() }

    /// Records the time of the current phase and starts the next one.
    func enter(_ phase: RunPhase) throws {
        try book(next: phase)
    }

    /// Records the time of the current phase.
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
