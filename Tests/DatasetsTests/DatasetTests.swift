import Datasets
import Testing

@Suite struct DatasetTests {
    /// The data set, read once for all tests.
    private static let fashion = Result {
        try Dataset.load(DatasetSpecification(parsing: "fashion-mnist"))
    }

    /// Expected values come from Python's gzip and numpy on the same files, and the hash from the package xxhash.
    @Test func fashionMNISTEqualsNumpy() throws {
        let dataset = try Self.fashion.get()
        #expect(dataset.name == "fashion-mnist")
        #expect(dataset.train.count == 60_000)
        #expect(dataset.test.count == 10_000)
        #expect([dataset.train.channels, dataset.train.height, dataset.train.width] == [1, 28, 28])
        #expect(dataset.train.labels.prefix(10) == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5])
        #expect(dataset.test.labels.prefix(10) == [9, 2, 1, 1, 6, 1, 4, 6, 5, 7])
        #expect(dataset.train.classCounts == Array(repeating: 6_000, count: 10))
        #expect(dataset.test.classCounts == Array(repeating: 1_000, count: 10))
        #expect(dataset.train.classNames[9] == "Ankle boot")
        #expect(dataset.train.pixels.prefix(784).reduce(0) { $0 + Int($1) } == 76_247)
        #expect(dataset.test.pixels.suffix(784).reduce(0) { $0 + Int($1) } == 24_390)
        let row13: [UInt8] = [
            0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 55, 236, 228, 230, 228, 240, 232, 213, 218, 223, 234, 217, 217, 209, 92, 0,
        ]
        #expect(Array(dataset.train.pixels[(13 * 28)..<(14 * 28)]) == row13)
        #expect(dataset.hash == "xxh64:de304a081822d5a7")
    }

    @Test func normalizationOfFashionMNISTEqualsNumpy() throws {
        let train = try Self.fashion.get().train
        let normalization = Normalization(of: train, at: Array(0..<train.count))
        #expect(abs(normalization.mean[0] - 0.2860405969887955) < 1e-13)
        #expect(abs(normalization.standardDeviation[0] - 0.35302424451492254) < 1e-13)
    }

    @Test func mnistIsReadFromItsDirectory() throws {
        let files = try TemporaryFiles()
        for (prefix, label) in [("train", UInt8(4)), ("t10k", 6)] {
            try files.write(gzip(idx([1, 2, 1], [label, 9])), to: "\(prefix)-images-idx3-ubyte.gz")
            try files.write(gzip(idx([1], [label])), to: "\(prefix)-labels-idx1-ubyte.gz")
        }
        let dataset = try Dataset.load(DatasetSpecification(parsing: "mnist:\(files.path)"))
        #expect(dataset.name == "mnist")
        #expect(dataset.train.pixels == [4, 9])
        #expect(dataset.test.labels == [6])
        #expect(dataset.train.classNames == (0...9).map(String.init))
    }

    /// The resized test part has another `hash`, while `sourceHash` is the hash of the images before resizing.
    @Test func aTestPartOfAnotherSizeIsResizedToTheTrainingPart() throws {
        let files = try TemporaryFiles()
        for (prefix, side, pixel) in [("train", 2, UInt8(4)), ("t10k", 4, 7)] {
            try files.write(gzip(idx([1, side, side], Array(repeating: pixel, count: side * side))), to: "\(prefix)-images-idx3-ubyte.gz")
            try files.write(gzip(idx([1], [pixel])), to: "\(prefix)-labels-idx1-ubyte.gz")
        }
        let dataset = try Dataset.load(DatasetSpecification(parsing: "mnist:\(files.path)"))
        #expect(dataset.train.pixels == [4, 4, 4, 4] && dataset.test.pixels == [7, 7, 7, 7])
        #expect([dataset.test.height, dataset.test.width] == [2, 2] && dataset.test.labels == [7])
        func part(_ side: Int, _ pixel: UInt8) -> ImageSet {
            ImageSet(
                pixels: Array(repeating: pixel, count: side * side), labels: [pixel], channels: 1, height: side, width: side,
                classNames: (0...9).map(String.init))
        }
        #expect(
            dataset.sourceHash == Dataset(name: "mnist", train: part(2, 4), test: part(4, 7)).hash && dataset.sourceHash != dataset.hash)
    }

    @Test func missingFashionMNISTExplainsHowToGetIt() throws {
        let error = #expect(throws: DatasetFileError.self) {
            try Dataset.load(DatasetSpecification(.fashionMNIST, directory: "/nowhere"))
        }
        #expect(error?.file == "/nowhere/train-images-idx3-ubyte.gz")
        #expect(error?.remedy == "put the four files of https://github.com/zalandoresearch/fashion-mnist into /nowhere")
    }

    @Test func missingCIFAR10ExplainsHowToGetIt() throws {
        let error = #expect(throws: DatasetFileError.self) {
            try Dataset.load(DatasetSpecification(parsing: "cifar10:/nowhere"))
        }
        #expect(error?.file == "/nowhere/batches.meta.txt")
        #expect(error?.remedy.description.contains("cifar-10-binary.tar.gz") == true)
    }

    @Test func hashFollowsContentAndShape() {
        let dataset = { (pixels: [UInt8], width: Int) in
            let images = ImageSet(
                pixels: pixels, labels: [0], channels: 1, height: pixels.count / width, width: width, classNames: ["a"])
            return Dataset(name: "x", train: images, test: images).hash
        }
        #expect(dataset([1, 2], 2) == dataset([1, 2], 2))
        #expect(dataset([1, 2], 2) != dataset([1, 3], 2))
        #expect(dataset([1, 2], 2) != dataset([1, 2], 1))
    }
}
