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
