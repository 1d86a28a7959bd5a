import Basics
import ResultStore

/// What candidates may cost.
public struct CostLimits: Sendable, Hashable {
    public var parameters: Int?
    /// Multiply-accumulates for one image.
    public var macs: Int?

    public init(parameters: Int? = nil, macs: Int? = nil) {
        self.parameters = parameters
        self.macs = macs
    }

    public func admit(_ candidate: Candidate) -> Bool { candidate.parameters <= parameters ?? .max && candidate.macs <= macs ?? .max }

    /// nil without limits.
    var text: String? {
        let parts = [
            parameters.map { "at most \(grouped($0)) parameters" }, macs.map { "at most \(grouped($0)) MACs" },
        ].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: " and ")
    }
}
