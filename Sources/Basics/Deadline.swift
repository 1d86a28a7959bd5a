/// The moment at which work must have ended, or a cancellation that ends it before.
///
/// Cheap enough to be asked after every training step: one reading of the clock, no lock.
public struct Deadline: Sendable {
    /// Seconds on the clock; infinite when only the cancellation ends the work.
    public let time: Double
    public let clock: any WallClock
    private let cancellation: Cancellation?

    public init(at time: Double, clock: any WallClock = SystemClock(), cancellation: Cancellation? = nil) {
        self.time = time
        self.clock = clock
        self.cancellation = cancellation
    }

    /// No moment at all: work bounded by count, not by time.
    public static func unbounded(clock: any WallClock = SystemClock(), cancellation: Cancellation? = nil) -> Deadline {
        Deadline(at: .infinity, clock: clock, cancellation: cancellation)
    }

    /// True when the work must end now, finished or not.
    public var isReached: Bool { isCancelled || clock.now() >= time }

    public var isCancelled: Bool { cancellation?.isRequested ?? false }

    /// Seconds left, never negative; zero once cancelled.
    public var remaining: Double { isCancelled ? 0 : max(0, time - clock.now()) }
}
