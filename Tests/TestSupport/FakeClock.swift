import Basics
import Synchronization

/// A clock that moves only when a test advances it.
public final class FakeClock: WallClock {
    private let time = Mutex(100.0)

    public init() {}

    public func now() -> Double { time.withLock { $0 } }

    public func advance(_ seconds: Double) { time.withLock { $0 += seconds } }
}
