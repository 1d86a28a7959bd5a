import Foundation

/// Values as the metadata of a safetensors file: each property's JSON text, by its name in snake case.
enum FileMetadata {
    static func texts(of value: some Encodable) throws -> [String: String] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let object = try JSONSerialization.jsonObject(with: encoder.encode(value)) as! [String: Any]
        return try object.mapValues { value in
            String(
                decoding: try JSONSerialization.data(withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes]),
                as: UTF8.self)
        }
    }

    /// The reverse of `texts`; further names are passed over.
    static func value<Value: Decodable>(_: Value.Type, of texts: [String: String]) throws -> Value {
        let object = try texts.mapValues { try JSONSerialization.jsonObject(with: Data($0.utf8), options: .fragmentsAllowed) }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Value.self, from: JSONSerialization.data(withJSONObject: object))
    }
}
