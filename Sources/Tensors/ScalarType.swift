internal import CTorch

/// The type of a tensor's elements.
public enum ScalarType: Sendable, Hashable, CaseIterable {
    case float32, float64, int64, uint8, bool

    public var byteCount: Int {
        switch self {
        case .float32: 4
        case .float64, .int64: 8
        case .uint8, .bool: 1
        }
    }

    var raw: ct_type {
        switch self {
        case .float32: CT_FLOAT32
        case .float64: CT_FLOAT64
        case .int64: CT_INT64
        case .uint8: CT_UINT8
        case .bool: CT_BOOL
        }
    }

    init(_ raw: ct_type) {
        switch raw {
        case CT_FLOAT64: self = .float64
        case CT_INT64: self = .int64
        case CT_UINT8: self = .uint8
        case CT_BOOL: self = .bool
        default: self = .float32
        }
    }
}
