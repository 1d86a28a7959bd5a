import Foundation

/// Values as JSON in a text column. Keys are sorted, so equal values have equal texts.
enum JSONText {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decode<Value: Decodable>(_ text: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}

extension Double {
    /// The value, or nil for infinities and NaN. JSON and SQL comparisons do not support those.
    var finite: Double? { isFinite ? self : nil }
}
