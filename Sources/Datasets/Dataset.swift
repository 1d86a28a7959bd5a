/// A labeled image data set with a training part and a test part.
public struct Dataset: Sendable {
    /// The name, as users write it: `fashion-mnist`.
    public let name: String
    /// The training part. `DatasetSplits` divides it further.
    public let train: ImageSet
    /// The test part, used only for final accuracies.
    public let test: ImageSet
    /// The hash of the content: `xxh64:` and 16 hexadecimal digits. It does not depend on the location of the files.
    public let hash: String
    /// The hash of the images before resizing, because resized pixels may differ between processors by rounding. For a folder, it is
    /// `hash`, because a folder's images may differ in size.
    public let sourceHash: String

    /// Creates a data set from its parts.
    /// - Parameters:
    ///   - name: The name, as users write it.
    ///   - train: The training part.
    ///   - test: The test part.
    ///   - sourceHash: The hash of the images before resizing; nil if they were not resized.
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
    /// - Throws: `DatasetFileError` for the first file that is missing, truncated, in the wrong format, or inconsistent with another.
    public static func load(_ specification: DatasetSpecification) throws(DatasetFileError) -> Dataset {
        let (train, test) = try specification.format.read(specification)
        let source = Dataset(name: specification.format.rawValue, train: train, test: test)
        return source.resized(to: specification.size ?? DatasetSpecification.Size(height: train.height, width: train.width))
    }

    /// Returns the data set with all images cropped and resized to one size.
    public func resized(to size: DatasetSpecification.Size) -> Dataset {
        guard [train, test].contains(where: { $0.height != size.height || $0.width != size.width }) else { return self }
        return Dataset(name: name, train: train.resized(to: size), test: test.resized(to: size), sourceHash: sourceHash)
    }
}
