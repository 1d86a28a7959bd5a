import Foundation
import Testing

@testable import Datasets

/// The files and the expected pixels were made with Pillow 13.0.
@Suite struct ImageFolderTests {
    private static let gray2x3 = "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAAAAAC4HznGAAAAEElEQVR4nGNkMDJimHbiFwAGggK+LjRbnQAAAABJRU5ErkJggg=="
    private static let rgb2x2 =
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGP4z8DA8J+BgYHhP5eIHAAaWAM6guCrUwAAAABJRU5ErkJggg=="
    private static let transparent1x2 =
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGM8kWL0n4GBgREADzYCYDf14VQAAAAASUVORK5CYII="
    private static let palette2x2 =
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACAgMAAAAP2OW3AAAADFBMVEUA/wAKFB7/AAAAAP+8KrKhAAAADElEQVR4nGNoYLgAAAJUAVFhJlHhAAAAAElFTkSuQmCC"
    private static let deepGray1x3 = "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABEAAAAABuG5crAAAAD0lEQVR4nGNgYFAX+P8fAAPQAjasjRw0AAAAAElFTkSuQmCC"
    private static let jpeg8x8 = """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/2wBDAQICAg\
        ICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wAARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAA\
        AAAAAAX/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAACP/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AJ4Armw//9k=
        """
    private static let grayJPEG8x8 = """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/wAALCAAIAA\
        gBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AGb//2Q==
        """
    /// The values 0, 10, …, 230 in four rows of six.
    private static let ramp4x6 =
        "iVBORw0KGgoAAAANSUhEUgAAAAYAAAAECAAAAACIbxGfAAAAGElEQVR4nGNk4OLi4uJitOHi4uLiYkGhABRRAYcw7vYWAAAAAElFTkSuQmCC"

    private static func bytes(_ text: String) -> [UInt8] { [UInt8](Data(base64Encoded: text)!) }

    /// A folder of two classes with the given files in both parts of each class.
    private static func folder(_ files: [String: [UInt8]]) throws -> TemporaryFiles {
        let folder = try TemporaryFiles()
        for part in ["train", "test"] {
            for name in ["cat", "dog"] {
                let path = folder.file("\(part)/\(name)")
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                for (file, content) in files { try folder.write(content, to: "\(part)/\(name)/\(file)") }
            }
        }
        return folder
    }

    private static func load(_ folder: TemporaryFiles, _ size: String = "") throws -> Dataset {
        try Dataset.load(DatasetSpecification(parsing: "folder:\(folder.path)\(size)"))
    }

    struct Known: Sendable {
        let file: String
        let shape: [Int]
        let pixels: [UInt8]
    }

    private static let known = [
        Known(file: gray2x3, shape: [1, 2, 3], pixels: [0, 50, 100, 150, 200, 250]),
        Known(file: rgb2x2, shape: [3, 2, 2], pixels: [255, 0, 0, 10, 0, 255, 0, 20, 0, 0, 255, 30]),
        Known(file: palette2x2, shape: [3, 2, 2], pixels: [255, 0, 0, 10, 0, 255, 0, 20, 0, 0, 255, 30]),
        Known(file: transparent1x2, shape: [3, 1, 2], pixels: [200, 0, 100, 0, 50, 0]),
        Known(file: deepGray1x3, shape: [1, 1, 3], pixels: [0, 39, 255]),
        Known(file: grayJPEG8x8, shape: [1, 8, 8], pixels: [UInt8](repeating: 77, count: 64)),
        Known(
            file: jpeg8x8, shape: [3, 8, 8],
            pixels: [UInt8](repeating: 200, count: 64) + [UInt8](repeating: 100, count: 64) + [UInt8](repeating: 50, count: 64)),
    ]

    @Test(arguments: known) func pixelsEqualPillow(_ known: Known) throws {
        let set = try Self.load(Self.folder(["a.png": Self.bytes(known.file)])).train
        #expect([set.channels, set.height, set.width] == known.shape)
        #expect(Array(set.pixels.prefix(set.imageSize)) == known.pixels)
        #expect(set.labels == [0, 1])
        #expect(set.classNames == ["cat", "dog"])
    }

    /// Pillow's BILINEAR (which also averages) on the central 4×4 pixels, equal up to rounding.
    @Test(arguments: [(3, [31, 43, 55, 103, 115, 127, 175, 187, 199]), (8, [10, 13, 18, 23, 28, 33, 38, 40])])
    func cropsAndResizes(_ side: Int, _ expected: [Int]) throws {
        let folder = try Self.folder(["a.png": Self.bytes(Self.ramp4x6)])
        let set = try ImageFolder(directory: folder.path, size: (side, side), remedy: "").load().train
        #expect(set.imageSize == side * side)
        for (found, wanted) in zip(set.pixels, expected) { #expect(abs(Int(found) - wanted) <= 1) }
    }

    @Test func imagesOfDifferentSizesAreResized() throws {
        let set = try Self.load(Self.folder(["a.png": Self.bytes(Self.gray2x3), "b.PNG": Self.bytes(Self.rgb2x2), "c.txt": [1, 2, 3]])).test
        let shape: [Int] = [set.count, set.channels, set.height, set.width]
        #expect(shape == [4, 3, 32, 32])
        // Gray images stay gray in color.
        let (red, green): ([UInt8], [UInt8]) = ([UInt8](set.pixels[0..<1024]), [UInt8](set.pixels[1024..<2048]))
        #expect(red == green)
    }

    private static let damaged: [([UInt8], String)] = [
        (bytes(jpeg8x8).dropLast(40), "Premature end of JPEG file"), ([UInt8](bytes(rgb2x2).prefix(60)), "a complete PNG or JPEG image"),
        ([1, 2, 3, 4], "neither PNG nor JPEG"), ([], "an empty or truncated file"),
    ]

    @Test(arguments: damaged) func invalidImagesAreRefusedByName(_ content: [UInt8], _ words: String) throws {
        let folder = try Self.folder(["good.png": Self.bytes(Self.rgb2x2), "bad.jpg": content])
        let error = try #require(throws: DatasetFileError.self) { try Self.load(folder) }
        #expect("\(error)".contains("train/cat/bad.jpg"))
        #expect("\(error)".contains(words), "\(error)")
    }

    @Test func layoutErrorsExplainTheLayout() throws {
        let empty = try TemporaryFiles()
        let missing = try #require(throws: DatasetFileError.self) { try Self.load(empty) }
        #expect(
            "\(missing)".hasSuffix(
                """
                train: found no such folder, expected a folder for each class; arrange PNG or JPEG files as DIR/train/CLASS/… and \
                DIR/test/CLASS/…
                """
            ))
        let folder = try Self.folder(["a.png": Self.bytes(Self.rgb2x2)])
        try folder.remove("test/dog")
        #expect("\(try #require(throws: DatasetFileError.self) { try Self.load(folder) })".contains("found 1 folder, expected 2 to 256"))
        try FileManager.default.createDirectory(atPath: folder.file("test/cow"), withIntermediateDirectories: true)
        #expect("\(try #require(throws: DatasetFileError.self) { try Self.load(folder) })".contains("train: found no folder cow"))
    }

    @Test func theSizeIsPartOfTheSpecification() throws {
        let specification = try DatasetSpecification(parsing: "folder:/a@b/c@24x48")
        #expect(specification.directory == "/a@b/c")
        #expect(specification.size == .init(height: 24, width: 48))
        #expect(specification.description == "folder:/a@b/c@24x48")
        #expect(try DatasetSpecification(parsing: "folder:/a@b").size == nil)
        for text in ["folder:/a@32", "folder:/a@3x3", "folder:/a@9x", "folder:/a@2000x2000", "mnist:/a@9"] {
            #expect(throws: DatasetSpecificationError.self) { try DatasetSpecification(parsing: text) }
        }
    }
}
