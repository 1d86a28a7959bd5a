/// Measures the seconds since its creation on a given clock.
public struct Stopwatch: Sendable {
    private let clock: any WallClock
    private let started: Double
    private let earlier: Double

    /// - Parameters:
    ///   - earlier: Seconds already elapsed at the start.
    ///   - clock: The clock to read.
    public init(after earlier: Double = 0, clock: any WallClock = SystemClock()) {
        self.init(clock: clock, started: clock.now(), earlier: earlier)
    }

    private init(clock: any WallClock, started: Double, earlier: Double) {
        self.clock = clock
        self.started = started
        self.earlier = earlier
    }

    public var seconds: Double { earlier + (clock.now() - started) }

    /// The same stopwatch with more seconds elapsed, such as those of the interrupted run that this one resumes.
    public func advanced(by seconds: Double) -> Stopwatch { Stopwatch(clock: clock, started: started, earlier: earlier + seconds) }
}
