/// A monotonic clock. Only differences between its times have a meaning.
public protocol WallClock: Sendable {
    /// Seconds since an origin that is fixed for the life of the process.
    func now() -> Double
}

/// The machine's clock. It also counts the time that the machine sleeps, as users do.
public struct SystemClock: WallClock {
    private static let origin = ContinuousClock.now

    public init() {}

    public func now() -> Double {
        (ContinuousClock.now - Self.origin) / .seconds(1)
    }
}
