import SearchSpace

/// Colors of operations, from the palette of Okabe and Ito ("Color Universal Design", 2008), which is readable with any color vision.
/// Black text has enough contrast on each, and no meaning depends on color alone.
extension Diagram.OperationKind {
    var fill: String {
        switch self {
        case .convolution: "#e69f00"
        case .separable: "#2fb98f"
        case .dilated: "#dd9bc1"
        case .pooling: "#7cc4ef"
        case .identity, .zero: "#ffffff"
        case .other: "#f0e442"
        }
    }

    var stroke: String {
        switch self {
        case .zero: "#999999"
        default: "#333333"
        }
    }

    var textColor: String {
        switch self {
        case .zero: "#777777"
        default: "#000000"
        }
    }

    /// The name in the legend.
    var title: String {
        switch self {
        case .convolution: "convolution"
        case .separable: "separable convolution"
        case .dilated: "dilated convolution"
        case .pooling: "pooling"
        case .identity: "identity"
        case .zero: "zero"
        case .other: "other"
        }
    }
}
