/// CIFAR-10 in its binary version: files of 10,000 records of one label byte and 3,072 pixels (red, green, blue planes of 32 × 32, row by row).
/// Source: Krizhevsky, "The CIFAR-10 dataset", https://www.cs.toronto.edu/~kriz/cifar.html.
struct CIFAR10Files {
    let directory: String
    let remedy: String
    var recordsPerFile = 10_000

    private static let imageSize = 3 * 32 * 32
    private static let classes = 10

    /// The five training batches, one after the other.
    func train() throws(DatasetFileError) -> ImageSet {
        try imageSet((1...5).map { "data_batch_\($0).bin" })
    }

    func test() throws(DatasetFileError) -> ImageSet {
        try imageSet(["test_batch.bin"])
    }

    private func imageSet(_ names: [String]) throws(DatasetFileError) -> ImageSet {
        let classNames = try classNames()
        var pixels: [UInt8] = []
        var labels: [UInt8] = []
        pixels.reserveCapacity(names.count * recordsPerFile * Self.imageSize)
        for name in names { try read(name, pixels: &pixels, labels: &labels) }
        return ImageSet(pixels: pixels, labels: labels, channels: 3, height: 32, width: 32, classNames: classNames)
    }

    private func read(_ name: String, pixels: inout [UInt8], labels: inout [UInt8]) throws(DatasetFileError) {
        let file = try DatasetFile.readPlain(name, in: directory, remedy: remedy)
        let recordSize = 1 + Self.imageSize
        guard file.bytes.count == recordsPerFile * recordSize else {
            throw file.error(
                found: "\(file.bytes.count) bytes",
                expected: "\(recordsPerFile * recordSize), \(recordsPerFile) records of a label and 3×32×32 pixels")
        }
        let starts = stride(from: 0, to: file.bytes.count, by: recordSize)
        let fileLabels = starts.map { file.bytes[$0] }
        try file.checkLabels(fileLabels, classes: Self.classes)
        labels += fileLabels
        for start in starts { pixels += file.bytes[(start + 1)..<(start + recordSize)] }
    }

    /// `batches.meta.txt`: a name a line, in the order of the labels.
    private func classNames() throws(DatasetFileError) -> [String] {
        let file = try DatasetFile.readPlain("batches.meta.txt", in: directory, remedy: remedy)
        let names = String(decoding: file.bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
        guard names.count == Self.classes else {
            throw file.error(found: "\(names.count) lines", expected: "the names of \(Self.classes) classes, one a line")
        }
        return names
    }
}
