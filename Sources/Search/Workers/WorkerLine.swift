import Foundation

/// The encoding of a message as one line of JSON.
enum WorkerLine {
    static let end = UInt8(ascii: "\n")
    /// Texts for numbers that JSON does not have; losses of networks that diverge need them.
    private static let names = (infinity: "inf", negativeInfinity: "-inf", nan: "nan")

    static func data(_ message: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: names.infinity, negativeInfinity: names.negativeInfinity, nan: names.nan)
        return try encoder.encode(message) + [end]
    }

    static func decode<Message: Decodable>(_ type: Message.Type, _ line: Data) throws -> Message {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: names.infinity, negativeInfinity: names.negativeInfinity, nan: names.nan)
        return try decoder.decode(type, from: line)
    }
}
