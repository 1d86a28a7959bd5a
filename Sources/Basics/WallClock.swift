/// A monotonic clock. Only differences of its times mean anything.
public protocol WallClock: Sendable {
    /// Seconds since a moment fixed for the life of the process.
    func now() -> Double
}

/// The machine's clock; time asleep counts, as it does for users.
public struct SystemClock: WallClock {
    private static let origin = ContinuousClock.now

    public init() {}

    public func now() -> Double {
        (ContinuousClock.now - Self.origin) / .seconds(1)
    }
}
