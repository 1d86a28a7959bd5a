import Foundation

/// Named tensors and text metadata in the safetensors format. A file never contains code.
///
/// A file consists of the header's length (8 bytes, little-endian), a JSON header with the type, shape and offsets of each tensor, and the
/// tensors' bytes. Source: the format description in the README of the safetensors project, version 0.4.
public struct SafetensorsFile: Sendable {
    public var tensors: [String: TensorSnapshot]
    public var metadata: [String: String]

    public init(tensors: [String: TensorSnapshot] = [:], metadata: [String: String] = [:]) {
        self.tensors = tensors
        self.metadata = metadata
    }

    /// The reason why a file could not be read or written.
    public struct FileError: Error, Hashable, CustomStringConvertible {
        public let path: String
        public let problem: String
        public var description: String { "\(path): \(problem)" }
    }

    private static let typeNames: [(ScalarType, String)] = [
        (.float32, "F32"), (.float64, "F64"), (.int64, "I64"), (.uint8, "U8"), (.bool, "BOOL"),
    ]
    private static let headerLimit = 100_000_000

    /// Reads a file. Checks all offsets against the file's size before using them.
    public init(path: String) throws(FileError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            let there = FileManager.default.fileExists(atPath: path)
            throw FileError(path: path, problem: there ? "cannot be read" : "no such file")
        }
        func refuse(_ problem: String) -> FileError { FileError(path: path, problem: "not a valid safetensors file: \(problem)") }

        let bytes = [UInt8](data)
        guard bytes.count >= 8 else { throw refuse("it has \(bytes.count) bytes, fewer than the 8 that give the header's length") }
        let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << (8 * UInt64($1)) }
        guard length <= UInt64(min(bytes.count - 8, Self.headerLimit)) else { throw refuse("its header extends past the end of the file") }
        let start = 8 + Int(length)
        guard let header = try? JSONSerialization.jsonObject(with: Data(bytes[8..<start])) as? [String: Any] else {
            throw refuse("its header is not a JSON object")
        }
        tensors = [:]
        metadata = [:]
        var places: [Range<Int>] = []
        for (name, value) in header {
            if name == "__metadata__" {
                guard let texts = value as? [String: String] else { throw refuse("a metadata value is not a string") }
                metadata = texts
                continue
            }
            guard let entry = value as? [String: Any], let typeName = entry["dtype"] as? String,
                let shape = entry["shape"] as? [Int], let offsets = entry["data_offsets"] as? [Int], offsets.count == 2
            else { throw refuse("the entry of tensor '\(name)' is incomplete") }
            guard let type = Self.typeNames.first(where: { $0.1 == typeName })?.0 else {
                throw refuse("tensor '\(name)' has type \(typeName), expected \(Self.typeNames.map { $0.1 }.joined(separator: ", "))")
            }
            var elements = type.byteCount
            for size in shape {
                let (product, overflow) = elements.multipliedReportingOverflow(by: size)
                guard size >= 0, !overflow else { throw refuse("tensor '\(name)' has the invalid shape \(shape)") }
                elements = product
            }
            guard 0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= bytes.count - start, offsets[1] - offsets[0] == elements else {
                throw refuse("the bytes of tensor '\(name)' are outside the file or do not match its shape; the file may be truncated")
            }
            tensors[name] = TensorSnapshot(type: type, shape: shape, bytes: Array(bytes[start + offsets[0]..<start + offsets[1]]))
            places.append(offsets[0]..<offsets[1])
        }
        // The format requires this check. Bytes that belong to no tensor, or to two, could hide content from other readers.
        var end = 0
        for place in places.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            guard place.lowerBound == end else { throw refuse("its tensors overlap or leave gaps") }
            end = place.upperBound
        }
        guard end == bytes.count - start else { throw refuse("it has bytes after its last tensor") }
    }

    /// The bytes of the file. The same content always gives the same bytes.
    public var encoded: Data {
        var header: [String: Any] = [:]
        if !metadata.isEmpty { header["__metadata__"] = metadata }
        var offset = 0
        // Wider types come first, so every tensor is aligned to the size of its elements.
        let order = tensors.sorted { ($1.value.type.byteCount, $0.key) < ($0.value.type.byteCount, $1.key) }
        for (name, tensor) in order {
            let typeName = Self.typeNames.first { $0.0 == tensor.type }!.1
            header[name] = ["dtype": typeName, "shape": tensor.shape, "data_offsets": [offset, offset + tensor.bytes.count]]
            offset += tensor.bytes.count
        }
        // Strings and integers always encode.
        var json = try! JSONSerialization.data(withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])
        json.append(contentsOf: [UInt8](repeating: 0x20, count: (8 - json.count % 8) % 8))
        var file = Data()
        withUnsafeBytes(of: UInt64(json.count).littleEndian) { file.append(contentsOf: $0) }
        file.append(json)
        for (_, tensor) in order { file.append(contentsOf: tensor.bytes) }
        return file
    }

    /// Writes the file atomically: to a temporary file that then replaces the target.
    public func write(to path: String) throws(FileError) {
        do {
            try encoded.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw FileError(path: path, problem: "cannot be written: \((error as NSError).localizedDescription)")
        }
    }
}
