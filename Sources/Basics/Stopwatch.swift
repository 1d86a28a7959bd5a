import Dispatch

/// Seconds since it was made.
public struct Stopwatch: Sendable {
    private let started = DispatchTime.now().uptimeNanoseconds
    private let earlier: Double

    /// - Parameter earlier: seconds that it shows at once.
    public init(after earlier: Double = 0) { self.earlier = earlier }

    public var seconds: Double { earlier + Double(DispatchTime.now().uptimeNanoseconds - started) / 1e9 }
}
