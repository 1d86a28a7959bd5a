import Foundation

@testable import SearchSpace

/// The spaces that ship with the product.
enum Shipped {
    static let names = ["nas-bench-201", "fashion", "darts", "enas-micro", "nasnet", "nas-bench-macro", "mobile", "naap-440"]

    private static func path(_ file: String) -> String {
        #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/SearchSpaces/\(file)"
    }

    static func page(_ file: String) throws -> String { try String(contentsOfFile: path(file), encoding: .utf8) }

    static func text(_ name: String) throws -> String { try page("\(name).space") }

    static func space(_ name: String) throws -> SearchSpace { try SearchSpace.load(path: path("\(name).space")) }

    /// Parses a modified text of a shipped space. It may include shipped files.
    static func parse(_ text: String, file: String) throws -> SearchSpace {
        try SearchSpace.parse(text, file: file) { name in
            (try? String(contentsOfFile: path("\(name).ops"), encoding: .utf8)).map { ($0, "\(name).ops") }
        }
    }
}
