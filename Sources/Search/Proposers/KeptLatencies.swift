import Basics
import SearchSpace

/// Latencies of a run's networks. Each is measured once and kept.
final class KeptLatencies: Sendable {
    private let source: any LatencySource
    private let known: Locked<[String: Double]>
    private let keep: @Sendable (String, Double) throws -> Void
    /// Whether the time for measurements is used up.
    let isStopped: @Sendable () -> Bool
    /// Whether a network was within the limit.
    let hasAdmitted = Locked(false)

    /// - Parameters:
    ///   - source: measures a latency that is not known.
    ///   - known: latencies in milliseconds by hash.
    ///   - isStopped: whether the time for measurements is used up.
    ///   - keep: called with the hash and the latency of a newly measured network.
    init(
        _ source: any LatencySource, known: [String: Double], isStopped: @escaping @Sendable () -> Bool = { false },
        keep: @escaping @Sendable (String, Double) throws -> Void
    ) {
        self.source = source
        self.known = Locked(known)
        self.isStopped = isStopped
        self.keep = keep
    }

    var name: String { source.name }

    /// Returns the latency of a network in milliseconds; nil if the source has none for it.
    func milliseconds(of architecture: Architecture, _ hash: String, in space: SearchSpace) throws -> Double? {
        if let kept = known.withLock({ $0[hash] }) { return kept }
        guard let measured = try source.milliseconds(of: architecture, in: space) else { return nil }
        known.withLock { $0[hash] = measured }
        try keep(hash, measured)
        return measured
    }
}
