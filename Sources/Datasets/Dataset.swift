/// Images to learn from and images to be judged by.
public struct Dataset: Sendable {
    /// The name users write: `fashion-mnist`.
    public let name: String
    /// The training part, which `DatasetSplits` divides further.
    public let train: ImageSet
    /// The test part: only final accuracies come from it.
    public let test: ImageSet
    /// Fingerprint of the content, `xxh64:` and 16 hexadecimal digits; see `ContentHash`. Where the files lie does not matter to it.
    public let hash: String
    /// That of the images as the files have them, where these were brought to another size: what comes of that may differ by a rounding from one kind of
    /// processor to another. Of a folder, whose images have many sizes, `hash`.
    public let sourceHash: String

    /// `sourceHash` is left out where the images are as the files have them.
    public init(name: String, train: ImageSet, test: ImageSet, sourceHash: String? = nil) {
        self.name = name
        self.train = train
        self.test = test
        var content = ContentHash()
        for part in [train, test] {
            content.add(Array("\(part.count)x\(part.channels)x\(part.height)x\(part.width)x\(part.classes)".utf8))
            content.add(part.pixels)
            content.add(part.labels)
        }
        hash = content.description
        self.sourceHash = sourceHash ?? hash
    }

    /// Reads the data set from its files.
    ///
    /// - Throws: `DatasetFileError` for the first file that is missing, truncated, foreign or contradicts another.
    public static func load(_ specification: DatasetSpecification) throws(DatasetFileError) -> Dataset {
        let directory = specification.directory
        let remedy = specification.remedy
        let (train, test): (ImageSet, ImageSet)
        switch specification.kind {
        case .fashionMNIST, .mnist:
            let names = specification.kind == .mnist ? (0...9).map(String.init) : fashionClassNames
            train = try IDXFile.imageSet(prefix: "train", in: directory, classNames: names, remedy: remedy)
            test = try IDXFile.imageSet(prefix: "t10k", in: directory, classNames: names, remedy: remedy)
        case .cifar10, .cifar100:
            let reader = CIFARFiles(layout: specification.kind == .cifar10 ? .cifar10() : .cifar100(), directory: directory, remedy: remedy)
            (train, test) = (try reader.train(), try reader.test())
        case .folder:
            let size = specification.size.map { ($0.height, $0.width) }
            (train, test) = try ImageFolder(directory: directory, size: size, remedy: remedy).load()
        }
        let source = Dataset(name: specification.kind.rawValue, train: train, test: test)
        let size = specification.size ?? DatasetSpecification.Size(height: train.height, width: train.width)
        guard [train, test].contains(where: { $0.height != size.height || $0.width != size.width }) else { return source }
        return Dataset(name: source.name, train: train.resized(to: size), test: test.resized(to: size), sourceHash: source.hash)
    }

    /// Xiao, Rasul and Vollgraf, "Fashion-MNIST", 2017, table 1.
    private static let fashionClassNames = [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ]
}
