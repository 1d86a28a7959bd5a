/// The layers that the language knows by name; everything else is built from them.
enum Primitive: Hashable, Sendable {
    case convolution
    case averagePool
    case maxPool
    case norm
    case bias
    case identity
    case zero
    case globalAveragePool
    case flatten
    case linear
    case dropout
    case dropPath
    case squeezeExcite
    case activation(Activation)

    /// What a layer takes right after its name.
    enum Operand: String, Sendable {
        case window = "a window such as 3x3"
        case number = "a number of outputs"
        case ratio = "by how much it squeezes, such as 4"
        case probability = "a probability such as 0.2"
    }

    /// What a layer may take after that, each by its word.
    enum Attribute: String, CaseIterable, Sendable {
        case stride
        case dilation
        case groups
        case padding
        case outputs = "->"
    }

    static let named: [String: Primitive] = {
        var table: [String: Primitive] = [
            "conv": .convolution, "avg-pool": .averagePool, "max-pool": .maxPool, "norm": .norm, "bias": .bias, "identity": .identity,
            "zero": .zero,
            "global-avg-pool": .globalAveragePool, "flatten": .flatten, "linear": .linear, "dropout": .dropout, "drop-path": .dropPath,
            "squeeze-excite": .squeezeExcite,
        ]
        for activation in Activation.allCases { table[activation.rawValue] = .activation(activation) }
        return table
    }()

    var name: String {
        switch self {
        case .convolution: "conv"
        case .averagePool: "avg-pool"
        case .maxPool: "max-pool"
        case .norm: "norm"
        case .bias: "bias"
        case .identity: "identity"
        case .zero: "zero"
        case .globalAveragePool: "global-avg-pool"
        case .flatten: "flatten"
        case .linear: "linear"
        case .dropout: "dropout"
        case .dropPath: "drop-path"
        case .squeezeExcite: "squeeze-excite"
        case .activation(let activation): activation.rawValue
        }
    }

    var operand: Operand? {
        switch self {
        case .convolution, .averagePool, .maxPool: .window
        case .linear: .number
        case .dropout, .dropPath: .probability
        case .squeezeExcite: .ratio
        default: nil
        }
    }

    var attributes: [Attribute] {
        switch self {
        case .convolution: [.stride, .dilation, .groups, .padding, .outputs]
        case .averagePool, .maxPool: [.stride, .padding]
        case .zero: [.stride, .outputs]
        default: []
        }
    }

    /// Whether two such layers of one input are one function: they hold no parameters and draw nothing at random.
    var isFunctionOfItsInput: Bool {
        switch self {
        case .convolution, .norm, .bias, .linear, .dropout, .dropPath, .squeezeExcite: false
        default: true
        }
    }
}

/// Words with a meaning of their own, now or in a later version of the language; no declared name may be one of them.
enum ReservedWord {
    static let declarations = ["space", "include", "image", "classes", "setting", "op", "cell", "network", "require", "foreign"]
    /// Numbers that a layer reads off its place.
    static let numbers = ["in", "classes", "match"]
    static let all = Set(
        declarations + Primitive.Attribute.allCases.map(\.rawValue)
            + numbers + ["return", "learners", "at", "most", "least", "choose", "of", "concat", "loose"])

    static func isReserved(_ name: String) -> Bool { all.contains(name) || Primitive.named[name] != nil }
}
