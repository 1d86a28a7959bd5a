import Foundation

@testable import SearchSpace

/// The spaces that ship with the product.
enum Shipped {
    static let names = ["nas-bench-201", "fashion"]

    static func text(_ name: String) throws -> String {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        return try String(contentsOf: root.appendingPathComponent("SearchSpaces/\(name).space"), encoding: .utf8)
    }

    static func space(_ name: String) throws -> SearchSpace {
        try SearchSpace.parse(text(name), file: "\(name).space")
    }
}
