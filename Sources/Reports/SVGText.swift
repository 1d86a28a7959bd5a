import Foundation

/// The text of an SVG picture's elements.
struct SVGText {
    private(set) var body = ""

    mutating func add(_ name: String, _ attributes: KeyValuePairs<String, String>, _ text: String? = nil) {
        let list = attributes.map { " \($0)=\"\(Self.escaped($1))\"" }.joined()
        body += text.map { "<\(name)\(list)>\(Self.escaped($0))</\(name)>\n" } ?? "<\(name)\(list)/>\n"
    }

    mutating func addRaw(_ text: String) { body += text + "\n" }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }

    /// The number with at most one decimal, which is enough for a picture.
    static func number(_ value: Double) -> String {
        let rounded = (value * 10).rounded() / 10
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(format: "%.1f", rounded)
    }
}
