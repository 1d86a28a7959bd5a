/// A way to find out how long a network takes.
public protocol LatencySource: Sendable {
    /// What is measured: the runtime, batch and threads, or the file or command with the figures. It is stored with results, and a run can
    /// be resumed only with the same one.
    var name: String { get }

    /// Returns the latency of an architecture in milliseconds; nil if the source has none for it.
    /// - Parameters:
    ///   - architecture: the architecture to measure.
    ///   - space: its space, at the image size.
    /// - Throws: errors of the measurement.
    func milliseconds(of architecture: Architecture, in space: SearchSpace) throws -> Double?
}
