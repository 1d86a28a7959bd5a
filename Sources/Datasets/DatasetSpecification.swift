import Foundation

/// Which data set, and where its files are: `NAME` or `NAME:DIR` as users write it.
public struct DatasetSpecification: Hashable, Sendable, CustomStringConvertible {
    /// The data sets that can be read; the raw value is the name users write.
    public enum Kind: String, CaseIterable, Sendable {
        case fashionMNIST = "fashion-mnist"
        case mnist
        case cifar10
    }

    public let kind: Kind
    /// The directory that holds the files.
    public let directory: String

    /// Where the Debian package `dataset-fashion-mnist` puts its files.
    public static let debianFashionMNISTDirectory = "/usr/share/datasets/fashion-mnist"

    /// Reads `NAME[:DIR]`. Only `fashion-mnist` does without DIR. A leading `~/` in DIR is the home directory, as a shell does not
    /// expand it after a colon.
    ///
    /// - Throws: `DatasetSpecificationError` for an unknown name or a directory that is needed and not given.
    public init(parsing text: String) throws(DatasetSpecificationError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let kind = Kind(rawValue: parts[0]) else {
            throw DatasetSpecificationError(
                specification: text, problem: .unknownName(parts[0], suggestion: NameSuggestion.nearest(to: parts[0])))
        }
        let directory = parts.count > 1 ? parts[1] : ""
        if parts.count == 1, kind == .fashionMNIST {
            self.init(kind, directory: Self.debianFashionMNISTDirectory)
        } else if directory.isEmpty {
            throw DatasetSpecificationError(specification: text, problem: .missingDirectory(kind))
        } else {
            self.init(kind, directory: directory.hasPrefix("~/") ? NSString(string: directory).expandingTildeInPath : directory)
        }
    }

    public init(_ kind: Kind, directory: String) {
        self.kind = kind
        self.directory = directory
    }

    /// The text that parses to this specification.
    public var description: String {
        self == Self(.fashionMNIST, directory: Self.debianFashionMNISTDirectory)
            ? kind.rawValue : "\(kind.rawValue):\(directory)"
    }

    /// What a user can do when a file is missing or damaged.
    var remedy: String {
        switch kind {
        case .fashionMNIST where directory == Self.debianFashionMNISTDirectory:
            "(re)install the files with `apt-get install --reinstall dataset-fashion-mnist`, or name their directory: --data fashion-mnist:DIR"
        case .fashionMNIST:
            "put the four files of https://github.com/zalandoresearch/fashion-mnist into \(directory)"
        case .mnist:
            "put the four MNIST files (train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz) into \(directory)"
        case .cifar10:
            "name the directory unpacked from https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz: --data cifar10:DIR/cifar-10-batches-bin"
        }
    }
}
