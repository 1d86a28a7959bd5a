import ResultStore

/// A cost of a network that can be limited, or held equal when a ranking is evaluated.
public enum CostKind: String, Sendable, Codable, CaseIterable {
    case parameters
    /// Multiply-accumulates for one image.
    case macs
    /// Peak memory of the activations of one image, in bytes of float32.
    case memory
    /// Milliseconds.
    case latency

    /// The name in sentences.
    public var name: String { self == .macs ? "MACs" : rawValue }

    /// Returns the cost of a candidate; nil if it is not known.
    /// - Parameter candidate: the candidate.
    public func of(_ candidate: Candidate) -> Double? {
        switch self {
        case .parameters: Double(candidate.parameters)
        case .macs: Double(candidate.macs)
        case .memory: candidate.memory.map(Double.init)
        case .latency: candidate.latency
        }
    }
}
