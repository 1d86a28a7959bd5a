import Foundation

/// Values encoded as named texts, for the metadata of safetensors files and the settings of runs.
///
/// Each property becomes a JSON text under its name in snake case.
public enum FileMetadata {
    /// Returns the texts of a value's properties; nil properties are omitted.
    public static func texts(of value: some Encodable) throws -> [String: String] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let object = try JSONSerialization.jsonObject(with: encoder.encode(value)) as! [String: Any]
        return try object.mapValues(text)
    }

    /// Returns the JSON text of one value.
    public static func text(_ value: Any) throws -> String {
        String(
            decoding: try JSONSerialization.data(
                withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes]),
            as: UTF8.self)
    }

    /// Decodes a value from its texts; unknown names are ignored.
    public static func value<Value: Decodable>(_: Value.Type, of texts: [String: String]) throws -> Value {
        let object = try texts.mapValues { try JSONSerialization.jsonObject(with: Data($0.utf8), options: .fragmentsAllowed) }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Value.self, from: JSONSerialization.data(withJSONObject: object))
    }
}
