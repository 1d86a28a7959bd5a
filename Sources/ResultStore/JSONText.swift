import Foundation

/// Values kept as JSON in a text column, keys sorted so that equal values are equal texts.
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
    /// nil for infinities and not-a-number, which neither JSON nor a comparison in SQL knows.
    var finite: Double? { isFinite ? self : nil }
}
