import SearchSpace

/// The shipped spaces, at settings and image sizes that keep them small.
enum Shipped {
    private static let settings: [String: [(name: String, value: String)]] = [
        "fashion": [("channels", "4")], "nas-bench-201": [("channels", "4"), ("cells", "1")], "darts": [("channels", "4"), ("cells", "1")],
        "enas-micro": [("channels", "4"), ("cells", "1")], "nasnet": [("channels", "4"), ("cells", "1")],
        "nas-bench-macro": [("channels", "4"), ("last", "16")], "mobile": [("width", "2")],
    ]
    static let spaces = settings.keys.sorted()

    static func load(_ name: String, image: FeatureShape = FeatureShape(3, 16, 16)) throws -> SearchSpace {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        return try SearchSpace.load(path: "\(root)/SearchSpaces/\(name).space").with(settings: settings[name] ?? [])
            .with(image: image, classes: 10)
    }
}
