import Basics

/// The binary versions of CIFAR-10 and CIFAR-100.
///
/// A record has one label byte and 3,072 pixels: red, green and blue planes of 32 × 32, row by row. CIFAR-100 has two label bytes, first
/// the coarse and then the fine label. The fine one is used here. Source: Krizhevsky, "The CIFAR-10 dataset" and "The CIFAR-100 dataset",
/// https://www.cs.toronto.edu/~kriz/cifar.html.
struct CIFARFiles {
    /// The files of a data set and their contents.
    struct Layout {
        let train: [String]
        let test: String
        let trainRecords: Int
        let testRecords: Int
        /// The number of label bytes in a record. The last byte is the class.
        let labelBytes: Int
        let names: String
        let classes: Int

        static func cifar10(recordsPerFile: Int = 10_000) -> Layout {
            Layout(
                train: (1...5).map { "data_batch_\($0).bin" }, test: "test_batch.bin", trainRecords: recordsPerFile,
                testRecords: recordsPerFile,
                labelBytes: 1, names: "batches.meta.txt", classes: 10)
        }

        static func cifar100(trainRecords: Int = 50_000, testRecords: Int = 10_000) -> Layout {
            Layout(
                train: ["train.bin"], test: "test.bin", trainRecords: trainRecords, testRecords: testRecords, labelBytes: 2,
                names: "fine_label_names.txt", classes: 100)
        }
    }

    let layout: Layout
    let directory: String
    let remedy: UserMessage

    private static let imageSize = 3 * 32 * 32

    /// Reads all training batches in order.
    func train() throws(DatasetFileError) -> ImageSet {
        try imageSet(layout.train, records: layout.trainRecords)
    }

    func test() throws(DatasetFileError) -> ImageSet {
        try imageSet([layout.test], records: layout.testRecords)
    }

    private func imageSet(_ names: [String], records: Int) throws(DatasetFileError) -> ImageSet {
        let classNames = try classNames()
        var pixels: [UInt8] = []
        var labels: [UInt8] = []
        pixels.reserveCapacity(names.count * records * Self.imageSize)
        for name in names { try read(name, records: records, pixels: &pixels, labels: &labels) }
        return ImageSet(pixels: pixels, labels: labels, channels: 3, height: 32, width: 32, classNames: classNames)
    }

    private func read(_ name: String, records: Int, pixels: inout [UInt8], labels: inout [UInt8]) throws(DatasetFileError) {
        let file = try DatasetFile.readPlain(name, in: directory, remedy: remedy)
        let recordSize = layout.labelBytes + Self.imageSize
        guard file.bytes.count == records * recordSize else {
            throw file.error(
                found: "\(file.bytes.count) bytes",
                expected:
                    """
                    \(records * recordSize), \(records) records of \(layout.labelBytes == 1 ? "a label" : "\(layout.labelBytes) labels") \
                    and 3×32×32 pixels
                    """
            )
        }
        let starts = stride(from: 0, to: file.bytes.count, by: recordSize)
        let fileLabels = starts.map { file.bytes[$0 + layout.labelBytes - 1] }
        try file.checkLabels(fileLabels, classes: layout.classes)
        labels += fileLabels
        for start in starts { pixels += file.bytes[(start + layout.labelBytes)..<(start + recordSize)] }
    }

    /// Reads the class names: one per line, in the order of labels.
    private func classNames() throws(DatasetFileError) -> [String] {
        let file = try DatasetFile.readPlain(layout.names, in: directory, remedy: remedy)
        let names = String(decoding: file.bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
        guard names.count == layout.classes else {
            throw file.error(found: "\(names.count) lines", expected: "the names of \(layout.classes) classes, one per line")
        }
        return names
    }
}
