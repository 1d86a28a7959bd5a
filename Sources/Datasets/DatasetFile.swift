import Basics
import Foundation

/// A file of a data set in memory, with its path and remedy for error messages.
struct DatasetFile {
    let path: String
    let bytes: [UInt8]
    let remedy: UserMessage

    /// An upper limit on file sizes. Every file of a supported data set is far smaller.
    static let sizeLimit = 1 << 30

    /// Reads and unpacks `name.gz`, or reads `name` if there is no such file.
    static func read(_ name: String, in directory: String, remedy: UserMessage) throws(DatasetFileError) -> DatasetFile {
        let plain = (directory as NSString).appendingPathComponent(name)
        let packed = plain + ".gz"
        if !FileManager.default.fileExists(atPath: packed) {
            if FileManager.default.fileExists(atPath: plain) { return try read(plain, remedy: remedy) }
            throw missing(packed, directory: directory, remedy: remedy)
        }
        let file = try read(packed, remedy: remedy)
        do {
            return DatasetFile(path: packed, bytes: try Gzip.inflate(file.bytes, limit: sizeLimit), remedy: remedy)
        } catch {
            throw file.error(found: description(of: error, in: file), expected: "a complete gzip file")
        }
    }

    /// Reads `name` without unpacking it.
    static func readPlain(_ name: String, in directory: String, remedy: UserMessage) throws(DatasetFileError) -> DatasetFile {
        let path = (directory as NSString).appendingPathComponent(name)
        guard FileManager.default.fileExists(atPath: path) else {
            throw missing(path, directory: directory, remedy: remedy)
        }
        return try read(path, remedy: remedy)
    }

    func error(found: String, expected: String) -> DatasetFileError {
        DatasetFileError(file: path, found: found, expected: expected, remedy: remedy)
    }

    func checkLabels(_ labels: some Sequence<UInt8>, classes: Int) throws(DatasetFileError) {
        for (image, label) in labels.enumerated() where Int(label) >= classes {
            throw error(found: "label \(label) at image \(image)", expected: "labels from 0 to \(classes - 1)")
        }
    }

    private static func read(_ path: String, remedy: UserMessage) throws(DatasetFileError) -> DatasetFile {
        var isDirectory: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        if isDirectory.boolValue {
            throw DatasetFileError(file: path, found: "a directory", expected: "a file", remedy: remedy)
        }
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
            guard data.count <= sizeLimit else {
                throw DatasetFileError(
                    file: path, found: "\(data.count) bytes", expected: "at most \(sizeLimit) bytes", remedy: remedy)
            }
            return DatasetFile(path: path, bytes: [UInt8](data), remedy: remedy)
        } catch let error as DatasetFileError {
            throw error
        } catch {
            throw DatasetFileError(
                file: path, found: "a file that cannot be read (\(error.localizedDescription))",
                expected: "a readable file", remedy: remedy)
        }
    }

    private static func missing(_ path: String, directory: String, remedy: UserMessage) -> DatasetFileError {
        let found = FileManager.default.fileExists(atPath: directory) ? "no such file" : "no directory \(directory)"
        return DatasetFileError(file: path, found: found, expected: "a file of the data set", remedy: remedy)
    }

    private static func description(of failure: Gzip.Failure, in file: DatasetFile) -> String {
        switch failure {
        case .notGzip where file.bytes.isEmpty: "an empty file"
        case .notGzip: "a file in another format (it begins with \(hexadecimal(file.bytes.prefix(4))))"
        case .truncated: "a truncated gzip file of \(file.bytes.count) bytes"
        case .damaged(let reason): "a damaged gzip file (\(reason))"
        case .tooLarge(let limit): "content of more than \(limit) bytes"
        case .outOfMemory: "too little memory to unpack it"
        }
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }
}
