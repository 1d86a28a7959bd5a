import Basics
import Synchronization

/// The machine's clock, which work reads after every step: about once a second, reading it also sends a heartbeat.
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
