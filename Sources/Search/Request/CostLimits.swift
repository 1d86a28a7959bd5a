import Basics
import ResultStore

/// Maximum costs of a candidate.
public struct CostLimits: Sendable, Hashable {
    public var parameters: Int?
    /// Multiply-accumulates for one image.
    public var macs: Int?

    public init(parameters: Int? = nil, macs: Int? = nil) {
        self.parameters = parameters
        self.macs = macs
    }

    /// Whether a candidate is within the limits.
    public func admit(_ candidate: Candidate) -> Bool { candidate.parameters <= parameters ?? .max && candidate.macs <= macs ?? .max }

    /// The limits in words; nil without limits.
    var text: String? {
        let parts = [
            parameters.map { "at most \(grouped($0)) parameters" }, macs.map { "at most \(grouped($0)) MACs" },
        ].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: " and ")
    }
}
