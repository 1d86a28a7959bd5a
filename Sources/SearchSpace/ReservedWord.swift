/// Words of the language, which declared names must not use.
enum ReservedWord {
    static let declarations = ["space", "include", "image", "classes", "setting", "op", "cell", "network", "require", "foreign"]
    /// Words for numbers that depend on the layer's input or the data set.
    static let numbers = ["in", "classes", "match"]
    static let all = Set(
        declarations + Primitive.Attribute.allCases.map(\.rawValue)
            + numbers + ["return", "learners", "at", "most", "least", "choose", "of", "concat", "loose"])

    static func isReserved(_ name: String) -> Bool { all.contains(name) || Primitive.named[name] != nil }
}
