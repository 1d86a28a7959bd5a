internal import CTorch

/// An error from libtorch, with the operation, the shapes of its operands and libtorch's message.
public struct TensorError: Error, Hashable, CustomStringConvertible {
    public enum Kind: Sendable {
        case refused
        case outOfMemory
    }

    public let kind: Kind
    public let operation: String
    public let shapes: [[Int]]
    public let message: String

    public var description: String {
        let operands = shapes.isEmpty ? "" : " of " + shapes.map { "\($0)" }.joined(separator: ", ")
        return kind == .outOfMemory ? "\(operation)\(operands): out of memory: \(message)" : "\(operation)\(operands): \(message)"
    }

    init?(_ status: ct_status, _ operation: String, _ operands: [Tensor]) {
        guard status != CT_OK else { return nil }
        kind = status == CT_OUT_OF_MEMORY ? .outOfMemory : .refused
        self.operation = operation
        shapes = operands.map(\.shape)
        message = String(cString: ct_last_error())
    }
}
