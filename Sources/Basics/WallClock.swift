/// A monotonic clock. Only differences between times are meaningful.
public protocol WallClock: Sendable {
    /// Seconds since an origin that is fixed for the life of the process.
    func now() -> Double
}

/// The machine's clock. It also counts time in which the machine sleeps, because users do.
public struct SystemClock: WallClock {
    private static let origin = ContinuousClock.now

    public init() {}

    public func now() -> Double {
        (ContinuousClock.now - Self.origin) / .seconds(1)
    }
}
