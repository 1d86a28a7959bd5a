import Testing

@testable import Datasets

@Suite struct CIFARFilesTests {
    private let files: TemporaryFiles
    private var reader: CIFARFiles { CIFARFiles(layout: .cifar10(recordsPerFile: 2), directory: files.path, remedy: "fix it") }

    /// Two records per file. In training batch b, the labels are b and 9 − b. Red, green and blue are 10b, 10b + 1 and 10b + 2 in the first
    /// record, and twice that in the second.
    init() throws {
        files = try TemporaryFiles()
        for batch in 1...5 {
            let record = { (label: UInt8, factor: UInt8) in
                [label]
                    + (0..<3).flatMap { plane in
                        [UInt8](repeating: factor * (10 * UInt8(batch) + UInt8(plane)), count: 1024)
                    }
            }
            try files.write(record(UInt8(batch), 1) + record(9 - UInt8(batch), 2), to: "data_batch_\(batch).bin")
        }
        let test = [[3], [UInt8](repeating: 5, count: 3071), [6, 4], [UInt8](repeating: 7, count: 3072)].flatMap { $0 }
        try files.write(test, to: "test_batch.bin")
        try files.write(Array("airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n".utf8), to: "batches.meta.txt")
    }

    private func error(_ name: String, found: String, expected: String) -> DatasetFileError {
        DatasetFileError(file: files.file(name), found: found, expected: expected, remedy: "fix it")
    }

    @Test func readsTheTrainingBatchesInOrder() throws {
        let images = try reader.train()
        #expect(images.labels == [1, 8, 2, 7, 3, 6, 4, 5, 5, 4])
        #expect([images.count, images.channels, images.height, images.width, images.classes] == [10, 3, 32, 32, 10])
        let planes = stride(from: 0, to: images.pixels.count, by: 1024).map { images.pixels[$0] }
        #expect(planes.prefix(9) == [10, 11, 12, 20, 22, 24, 20, 21, 22])
        #expect(planes.suffix(3) == [100, 102, 104])
    }

    @Test func readsTheTestBatchAndNames() throws {
        let images = try reader.test()
        #expect(images.labels == [3, 4])
        #expect(images.pixels[3070] == 5)
        #expect(images.pixels[3071] == 6)
        #expect(images.pixels[3072] == 7)
        #expect(images.classNames == ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"])
    }

    @Test func missingBatch() throws {
        try files.remove("data_batch_4.bin")
        #expect(throws: error("data_batch_4.bin", found: "no such file", expected: "a file of the data set")) {
            try reader.train()
        }
    }

    @Test func truncatedBatch() throws {
        try files.write([UInt8](repeating: 0, count: 3073), to: "data_batch_2.bin")
        let expected = "6146, 2 records of a label and 3×32×32 pixels"
        #expect(throws: error("data_batch_2.bin", found: "3073 bytes", expected: expected)) { try reader.train() }
    }

    @Test func labelOutOfRange() throws {
        try files.write([UInt8](repeating: 0, count: 3073) + [10] + [UInt8](repeating: 0, count: 3072), to: "test_batch.bin")
        #expect(throws: error("test_batch.bin", found: "label 10 at image 1", expected: "labels from 0 to 9")) { try reader.test() }
    }

    @Test func wrongNumberOfNames() throws {
        try files.write(Array("cat\ndog\n".utf8), to: "batches.meta.txt")
        let error = error("batches.meta.txt", found: "2 lines", expected: "the names of 10 classes, one per line")
        #expect(throws: error) { try reader.test() }
    }

    @Test func fullFilesHoldTenThousandRecords() {
        #expect(throws: DatasetFileError.self) { try CIFARFiles(layout: .cifar10(), directory: files.path, remedy: "").test() }
    }

    /// A record has two label bytes. The second one is the class.
    @Test func readsTheFineLabelsOfCIFAR100() throws {
        func record(_ coarse: UInt8, _ fine: UInt8, _ pixel: UInt8) -> [UInt8] { [coarse, fine] + [UInt8](repeating: pixel, count: 3072) }
        try files.write(record(19, 99, 1) + record(0, 3, 2) + record(7, 42, 3), to: "train.bin")
        try files.write(record(1, 2, 9), to: "test.bin")
        try files.write(Array((0..<100).map { "name\($0)\n" }.joined().utf8), to: "fine_label_names.txt")
        let reader = CIFARFiles(layout: .cifar100(trainRecords: 3, testRecords: 1), directory: files.path, remedy: "fix it")
        let train = try reader.train()
        #expect(train.labels == [99, 3, 42])
        #expect([train.pixels[0], train.pixels[3071], train.pixels[3072], train.pixels[9215]] == [1, 1, 2, 3])
        #expect(train.classNames[42] == "name42")
        #expect(try reader.test().labels == [2])
        try files.write([1, 2, 3], to: "test.bin")
        #expect(throws: error("test.bin", found: "3 bytes", expected: "3074, 1 records of 2 labels and 3×32×32 pixels")) {
            try reader.test()
        }
    }
}
