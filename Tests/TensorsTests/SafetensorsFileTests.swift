import Foundation
import Tensors
import Testing

@Suite struct SafetensorsFileTests {
    /// A temporary path for each test, removed after it.
    private final class Scratch {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors").path
        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private let scratch = Scratch()

    private func read(_ data: Data) throws -> SafetensorsFile {
        try data.write(to: URL(fileURLWithPath: scratch.path))
        return try SafetensorsFile(path: scratch.path)
    }

    private func file(header: String, bytes: Int) -> Data {
        var data = Data()
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { data.append(contentsOf: $0) }
        return data + Data(header.utf8) + Data(count: bytes)
    }

    private func expectRefusal(of data: Data, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let error = #expect(throws: SafetensorsFile.FileError.self, sourceLocation: sourceLocation) { try read(data) }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.hasPrefix("\(scratch.path): "), sourceLocation: sourceLocation)
        #expect(text.contains(reason), "\(text)", sourceLocation: sourceLocation)
    }

    private let sample = SafetensorsFile(
        tensors: [
            "a": TensorSnapshot(Tensor([1, -2.5, .pi] as [Float])), "b/weight": TensorSnapshot(Tensor.of([0.1, 2, 3, 4], [2, 2])),
            "scalar": TensorSnapshot(Tensor([7] as [Int64], shape: [])), "none": TensorSnapshot(Tensor([Float](), shape: [0, 4])),
            "byte": TensorSnapshot(Tensor([255] as [UInt8])), "flags": TensorSnapshot(Tensor.of([1, 0, 1]).to(.bool)),
        ], metadata: ["kind": "\"distilled\"", "note": "é \"quoted\" /path"])

    @Test func roundTripsThroughAFile() throws {
        try sample.write(to: scratch.path)
        let again = try SafetensorsFile(path: scratch.path)
        #expect(again.tensors == sample.tensors)
        #expect(again.metadata == sample.metadata)
    }

    @Test func equalContentGivesEqualBytes() {
        #expect(sample.encoded == SafetensorsFile(tensors: sample.tensors, metadata: sample.metadata).encoded)
    }

    @Test func tensorsAreAlignedToTheirElements() throws {
        let data = [UInt8](sample.encoded)
        let length = data[..<8].enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        #expect(length % 8 == 0)
        let header = try #require(try JSONSerialization.jsonObject(with: Data(data[8..<8 + length])) as? [String: Any])
        for (name, tensor) in sample.tensors {
            let offsets = try #require((header[name] as? [String: Any])?["data_offsets"] as? [Int])
            #expect(offsets[0] % tensor.type.byteCount == 0, "\(name)")
        }
    }

    /// Written by the Python package safetensors 0.8.0 (`safetensors.numpy.save`).
    @Test func readsAFileWrittenByPython() throws {
        let text = """
            YAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJub3RlIjoiY2Fmw6kiLCJtYWtlciI6InB5dGhvbiJ9LCJsYWJlbHMiOnsiZHR5cGUiOiJJNjQiLCJzaGFwZSI6\
            WzJdLCJkYXRhX29mZnNldHMiOlswLDE2XX0sIndpZGUiOnsiZHR5cGUiOiJGNjQiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOlsxNiwzMl19LCJ3ZWln\
            aHRzIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyLDNdLCJkYXRhX29mZnNldHMiOlszMiw1Nl19LCJwaXhlbHMiOnsiZHR5cGUiOiJVOCIsInNoYXBlIjpb\
            M10sImRhdGFfb2Zmc2V0cyI6WzU2LDU5XX0sIm1hc2siOnsiZHR5cGUiOiJCT09MIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbNTksNjFdfX0gICAg\
            AwAAAAAAAAD//////////5qZmZmZmbk/nHUAiDzkN/4AAMA/AAAAwAAAAAAAAEBAAACIQPkCFVAAgP8BAA==
            """
        let file = try read(try #require(Data(base64Encoded: text)))
        #expect(file.metadata == ["maker": "python", "note": "café"])
        #expect(Set(file.tensors.keys) == ["weights", "wide", "labels", "pixels", "mask"])
        let weights = try #require(file.tensors["weights"]).tensor()
        #expect(weights.shape == [2, 3])
        #expect(weights.scalars(Float.self) == [1.5, -2, 0, 3, 4.25, 1e10])
        #expect(try #require(file.tensors["wide"]).tensor().scalars(Double.self) == [0.1, -1e300])
        #expect(try #require(file.tensors["labels"]).tensor().scalars(Int64.self) == [3, -1])
        #expect(try #require(file.tensors["pixels"]).tensor().scalars(UInt8.self) == [0, 128, 255])
        #expect(try #require(file.tensors["mask"]).bytes == [1, 0])
    }

    /// Every truncated file is refused, and none is read in part.
    @Test func refusesTruncatedFiles() {
        let whole = sample.encoded
        for length in [0, 4, 8, 100, whole.count - 1] {
            #expect(throws: SafetensorsFile.FileError.self, "\(length) bytes") { try read(whole.prefix(length)) }
        }
        expectRefusal(of: whole.prefix(whole.count - 1), "may be truncated")
    }

    @Test func refusesOtherFormats() {
        expectRefusal(of: Data("PK\u{3}\u{4} a zip archive, as torch.save writes it".utf8), "extends past the end of the file")
        expectRefusal(of: file(header: "hello", bytes: 0), "not a JSON object")
        expectRefusal(of: file(header: "[1]", bytes: 0), "not a JSON object")
        expectRefusal(of: Data(repeating: 0xFF, count: 64), "extends past the end of the file")
    }

    @Test func refusesOverlapsAndGaps() {
        func two(_ first: String, _ second: String) -> String {
            #"{"a":{"dtype":"U8","shape":[4],"data_offsets":\#(first)},"b":{"dtype":"U8","shape":[4],"data_offsets":\#(second)}}"#
        }
        #expect(throws: Never.self) { try read(file(header: two("[4,8]", "[0,4]"), bytes: 8)) }
        expectRefusal(of: file(header: two("[0,4]", "[2,6]"), bytes: 8), "overlap or leave gaps")
        expectRefusal(of: file(header: two("[0,4]", "[0,4]"), bytes: 4), "overlap or leave gaps")
        expectRefusal(of: file(header: two("[0,4]", "[5,9]"), bytes: 9), "overlap or leave gaps")
        expectRefusal(of: file(header: two("[0,4]", "[4,8]"), bytes: 9), "bytes after its last tensor")
    }

    @Test func refusesInvalidEntries() {
        func one(_ entry: String) -> Data { file(header: #"{"a":\#(entry)}"#, bytes: 4) }
        expectRefusal(of: one(#"{"dtype":"F16","shape":[2],"data_offsets":[0,4]}"#), "has type F16, expected F32, F64, I64, U8, BOOL")
        expectRefusal(of: one(#"{"dtype":"F32","shape":[2],"data_offsets":[0,4]}"#), "do not match its shape")
        expectRefusal(of: one(#"{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}"#), "has the invalid shape")
        expectRefusal(of: one(#"{"dtype":"F32","shape":[1],"data_offsets":[4,0]}"#), "are outside the file")
        expectRefusal(of: one(#"{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}"#), "has the invalid shape")
        expectRefusal(of: one(#"{"dtype":"F32","shape":[1]}"#), "incomplete")
        expectRefusal(of: one("7"), "incomplete")
        expectRefusal(of: file(header: #"{"__metadata__":{"a":1}}"#, bytes: 0), "a metadata value is not a string")
    }

    @Test func reportsMissingAndUnwritableFiles() throws {
        let missing = #expect(throws: SafetensorsFile.FileError.self) { try SafetensorsFile(path: "/nowhere/t.safetensors") }
        #expect(missing?.description == "/nowhere/t.safetensors: no such file")
        let unwritable = #expect(throws: SafetensorsFile.FileError.self) { try sample.write(to: "/nowhere/t.safetensors") }
        #expect(unwritable?.problem.hasPrefix("cannot be written") == true)
    }
}
