import Basics
import ResultStore

/// Maximum costs of a candidate.
public struct CostLimits: Sendable, Hashable {
    public var parameters: Int?
    /// Multiply-accumulates for one image.
    public var macs: Int?
    /// Peak memory of the activations of one image, in bytes of float32.
    public var memory: Int?
    /// Milliseconds.
    public var latency: Double?

    /// - Parameters:
    ///   - parameters: maximum number of parameters; nil for no limit.
    ///   - macs: maximum number of multiply-accumulates for one image.
    ///   - memory: maximum peak memory of one image's activations, in bytes of float32.
    ///   - latency: maximum latency in milliseconds.
    public init(parameters: Int? = nil, macs: Int? = nil, memory: Int? = nil, latency: Double? = nil) {
        self.parameters = parameters
        self.macs = macs
        self.memory = memory
        self.latency = latency
    }

    /// Returns the limit of a cost; nil if it has none.
    /// - Parameter cost: the cost.
    public func limit(of cost: CostKind) -> Double? {
        switch cost {
        case .parameters: parameters.map(Double.init)
        case .macs: macs.map(Double.init)
        case .memory: memory.map(Double.init)
        case .latency: latency
        }
    }

    /// Whether nothing is limited.
    public var isEmpty: Bool { self == CostLimits() }

    /// The cost with a limit, if exactly one has one.
    var onlyCost: CostKind? {
        let limited = CostKind.allCases.filter { limit(of: $0) != nil }
        return limited.count == 1 ? limited[0] : nil
    }

    /// The limits without that on latency, which only a measurement can check.
    var computable: CostLimits { CostLimits(parameters: parameters, macs: macs, memory: memory) }

    /// The limits in words; nil without limits.
    public var text: String? { text(int8: false) }

    /// The limits in words; nil without limits.
    /// - Parameter int8: whether memory is that of 8-bit numbers.
    public func text(int8: Bool) -> String? {
        let parts = [
            parameters.map { "at most \(grouped($0)) parameters" }, macs.map { "at most \(grouped($0)) MACs" },
            memory.map { "at most \(grouped($0)) bytes of \(int8 ? "int8 " : "")activations" },
            latency.map { "a latency of at most \($0) ms" },
        ].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: " and ")
    }
}
