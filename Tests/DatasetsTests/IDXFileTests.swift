import Testing

@testable import Datasets

@Suite struct IDXFileTests {
    private let files: TemporaryFiles
    private let imageName = "train-images-idx3-ubyte"
    private let labelName = "train-labels-idx1-ubyte"

    /// Three images of 2 × 2 pixels and their labels.
    init() throws {
        files = try TemporaryFiles()
        try files.write(gzip(idx([3, 2, 2], Array(1...12))), to: imageName + ".gz")
        try files.write(gzip(idx([3], [2, 0, 1])), to: labelName + ".gz")
    }

    private func read() throws(DatasetFileError) -> ImageSet {
        try IDXFile.imageSet(prefix: "train", in: files.path, classNames: ["a", "b", "c"], remedy: "fix it")
    }

    private func error(_ name: String, found: String, expected: String) -> DatasetFileError {
        DatasetFileError(file: files.file(name), found: found, expected: expected, remedy: "fix it")
    }

    @Test func readsCompressedFiles() throws {
        let images = try read()
        #expect(images.pixels == Array(1...12))
        #expect(images.labels == [2, 0, 1])
        #expect([images.count, images.channels, images.height, images.width, images.classes] == [3, 1, 2, 2, 3])
        #expect(images.classNames == ["a", "b", "c"])
    }

    @Test func readsPlainFiles() throws {
        try files.remove(imageName + ".gz")
        try files.remove(labelName + ".gz")
        try files.write(idx([1, 1, 3], [7, 8, 9]), to: imageName)
        try files.write(idx([1], [1]), to: labelName)
        let images = try read()
        #expect(images.pixels == [7, 8, 9])
        #expect([images.count, images.height, images.width] == [1, 1, 3])
    }

    @Test func missingFile() throws {
        try files.remove(labelName + ".gz")
        #expect(throws: error(labelName + ".gz", found: "no such file", expected: "a file of the data set")) { try read() }
    }

    @Test func missingDirectory() {
        let error = DatasetFileError(
            file: "/nowhere/at/all/train-images-idx3-ubyte.gz", found: "no directory /nowhere/at/all",
            expected: "a file of the data set", remedy: "fix it")
        #expect(throws: error) {
            try IDXFile.imageSet(prefix: "train", in: "/nowhere/at/all", classNames: ["a"], remedy: "fix it")
        }
    }

    @Test func emptyFile() throws {
        try files.write([], to: imageName + ".gz")
        #expect(throws: error(imageName + ".gz", found: "an empty file", expected: "a complete gzip file")) { try read() }
    }

    @Test func truncatedGzip() throws {
        try files.write(gzip(idx([3, 2, 2], Array(1...12))).dropLast(9), to: imageName + ".gz")
        let size = gzip(idx([3, 2, 2], Array(1...12))).count - 9
        #expect(throws: error(imageName + ".gz", found: "a truncated gzip file of \(size) bytes", expected: "a complete gzip file")) {
            try read()
        }
    }

    @Test func fileInAnotherFormat() throws {
        try files.write(Array("<html>".utf8), to: imageName + ".gz")
        let found = "a file in another format (it begins with 3c 68 74 6d)"
        #expect(throws: error(imageName + ".gz", found: found, expected: "a complete gzip file")) {
            try read()
        }
    }

    @Test func wrongMagicNumber() throws {
        try files.write(gzip(idx([3], [2, 0, 1])), to: imageName + ".gz")
        let expected = "00 00 08 03, an IDX file of bytes in 3 dimensions"
        #expect(throws: error(imageName + ".gz", found: "a file that begins with 00 00 08 01", expected: expected)) { try read() }
    }

    @Test func truncatedHeader() throws {
        try files.write(gzip([0, 0, 8, 3, 0, 0]), to: imageName + ".gz")
        #expect(throws: error(imageName + ".gz", found: "6 bytes", expected: "an IDX header of 16 bytes")) { try read() }
    }

    @Test(arguments: [11, 13]) func contentSizeThatContradictsTheHeader(size: Int) throws {
        try files.write(gzip(idx([3, 2, 2], Array(repeating: 0, count: size))), to: imageName + ".gz")
        let error = error(imageName + ".gz", found: "\(size) bytes after the header", expected: "3×2×2, as in the header")
        #expect(throws: error) { try read() }
    }

    @Test func headerWithOverflowingSize() throws {
        try files.write(gzip(idx([0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [])), to: imageName + ".gz")
        #expect(throws: DatasetFileError.self) { try read() }
    }

    @Test func noImages() throws {
        try files.write(gzip(idx([0, 2, 2], [])), to: imageName + ".gz")
        #expect(throws: DatasetFileError.self) { try read() }
    }

    @Test func differentNumbersOfImagesAndLabels() throws {
        try files.write(gzip(idx([2], [0, 1])), to: labelName + ".gz")
        #expect(throws: error(labelName + ".gz", found: "2 labels", expected: "one for each of the 3 images")) { try read() }
    }

    @Test func labelOutOfRange() throws {
        try files.write(gzip(idx([3], [0, 3, 1])), to: labelName + ".gz")
        #expect(throws: error(labelName + ".gz", found: "label 3 at image 1", expected: "labels from 0 to 2")) { try read() }
    }
}
