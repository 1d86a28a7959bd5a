/// Seconds since it was made, on a given clock.
public struct Stopwatch: Sendable {
    private let clock: any WallClock
    private let started: Double
    private let earlier: Double

    /// - Parameters:
    ///   - earlier: seconds that it shows at once.
    ///   - clock: what it reads.
    public init(after earlier: Double = 0, clock: any WallClock = SystemClock()) {
        self.init(clock: clock, started: clock.now(), earlier: earlier)
    }

    private init(clock: any WallClock, started: Double, earlier: Double) {
        self.clock = clock
        self.started = started
        self.earlier = earlier
    }

    public var seconds: Double { earlier + (clock.now() - started) }

    /// The same watch, showing so many seconds more: those of an interrupted run that this one resumes.
    public func advanced(by seconds: Double) -> Stopwatch { Stopwatch(clock: clock, started: started, earlier: earlier + seconds) }
}
