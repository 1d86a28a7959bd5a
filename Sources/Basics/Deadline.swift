/// A time at which work must end. A cancellation can end it earlier.
///
/// A check reads the clock once and takes no lock, so it is cheap enough for every training step.
public struct Deadline: Sendable {
    /// The time on the clock, in seconds. It is infinite if only a cancellation can end the work.
    public let time: Double
    public let clock: any WallClock
    private let cancellation: Cancellation?

    public init(at time: Double, clock: any WallClock = SystemClock(), cancellation: Cancellation? = nil) {
        self.time = time
        self.clock = clock
        self.cancellation = cancellation
    }

    /// A deadline that never passes, for work bounded by count instead of time.
    public static func unbounded(clock: any WallClock = SystemClock(), cancellation: Cancellation? = nil) -> Deadline {
        Deadline(at: .infinity, clock: clock, cancellation: cancellation)
    }

    /// Whether the work must end now, complete or not.
    public var isReached: Bool { isCancelled || clock.now() >= time }

    public var isCancelled: Bool { cancellation?.isRequested ?? false }

    /// Seconds left: never negative, zero once cancelled.
    public var remaining: Double { isCancelled ? 0 : max(0, time - clock.now()) }
}
