import Basics
import Synchronization

/// A clock that sends a heartbeat when it is read, about once a second. Work reads it after every step.
final class HeartbeatClock: WallClock {
    private static let interval = 1.0
    private let send: @Sendable () -> Void
    private let clock: any WallClock
    private let last: Mutex<Double>

    init(_ clock: any WallClock = SystemClock(), send: @escaping @Sendable () -> Void) {
        self.clock = clock
        self.send = send
        last = Mutex(clock.now())
    }

    func now() -> Double {
        let now = clock.now()
        let isDue = last.withLock { last in
            guard now - last > Self.interval else { return false }
            last = now
            return true
        }
        if isDue { send() }
        return now
    }
}
