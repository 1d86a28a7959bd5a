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
    /// That of the images as the files have them, where these were brought to another size: what comes of that may differ by a rounding
    /// from one kind of processor to another. Of a folder, whose images have many sizes, `hash`.
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
        let (train, test) = try specification.format.read(specification)
        let source = Dataset(name: specification.format.rawValue, train: train, test: test)
        let size = specification.size ?? DatasetSpecification.Size(height: train.height, width: train.width)
        guard [train, test].contains(where: { $0.height != size.height || $0.width != size.width }) else { return source }
        return Dataset(name: source.name, train: train.resized(to: size), test: test.resized(to: size), sourceHash: source.hash)
    }
}
