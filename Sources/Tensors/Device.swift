internal import CTorch

/// A device that stores tensors and runs operations.
public enum Device: Sendable, Hashable, Encodable, CustomStringConvertible {
    case cpu
    case cuda(Int)
    case mps

    /// The best device that libtorch offers on this machine: CUDA, else MPS, else the CPU.
    public static var best: Device {
        if ct_cuda_devices() > 0 { return .cuda(0) }
        return ct_mps_available() ? .mps : .cpu
    }

    /// Reads `cpu`, `cuda`, `cuda:N` or `mps`; nil for anything else.
    public init?(_ text: String) {
        switch text {
        case "cpu": self = .cpu
        case "mps": self = .mps
        case "cuda": self = .cuda(0)
        default:
            guard text.hasPrefix("cuda:"), let index = Int(text.dropFirst(5)), index >= 0 else { return nil }
            self = .cuda(index)
        }
    }

    /// Whether libtorch can use this device on this machine.
    public var isAvailable: Bool {
        switch self {
        case .cpu: true
        case .cuda(let index): index < Int(ct_cuda_devices())
        case .mps: ct_mps_available()
        }
    }

    public var description: String {
        switch self {
        case .cpu: "cpu"
        case .cuda(let index): "cuda:\(index)"
        case .mps: "mps"
        }
    }

    /// Encodes the device as its text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    var raw: ct_device {
        switch self {
        case .cpu: ct_device(kind: CT_CPU, index: 0)
        case .cuda(let index): ct_device(kind: CT_CUDA, index: Int32(index))
        case .mps: ct_device(kind: CT_MPS, index: 0)
        }
    }

    init(_ raw: ct_device) {
        switch raw.kind {
        case CT_CUDA: self = .cuda(Int(raw.index))
        case CT_MPS: self = .mps
        default: self = .cpu
        }
    }
}
