import Foundation
import Testing

@testable import Datasets

@Suite struct DatasetFileTests {
    @Test func prefersTheCompressedFile() throws {
        let files = try TemporaryFiles()
        try files.write([1], to: "content")
        try files.write(gzip([2]), to: "content.gz")
        let file = try DatasetFile.read("content", in: files.path, remedy: "")
        #expect(file.bytes == [2])
        #expect(file.path == files.file("content.gz"))
    }

    @Test func refusesADirectory() throws {
        let files = try TemporaryFiles()
        try FileManager.default.createDirectory(atPath: files.file("content"), withIntermediateDirectories: false)
        let error = DatasetFileError(file: files.file("content"), found: "a directory", expected: "a file", remedy: "r")
        #expect(throws: error) { try DatasetFile.readPlain("content", in: files.path, remedy: "r") }
    }
}
