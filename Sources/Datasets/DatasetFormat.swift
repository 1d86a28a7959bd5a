import Basics

/// The supported data sets and file formats, by the names that users write. A new format needs a case here and a reader.
public enum DatasetFormat: String, CaseIterable, Sendable {
    case fashionMNIST = "fashion-mnist"
    case mnist
    case cifar10
    case cifar100
    /// A folder of PNG and JPEG files for each class.
    case folder

    /// Reads the training part and the test part.
    func read(_ specification: DatasetSpecification) throws(DatasetFileError) -> (train: ImageSet, test: ImageSet) {
        let directory = specification.directory
        let remedy = remedy(in: directory)
        switch self {
        case .fashionMNIST, .mnist:
            let names = self == .mnist ? (0...9).map(String.init) : Self.fashionClassNames
            return (
                try IDXFile.imageSet(prefix: "train", in: directory, classNames: names, remedy: remedy),
                try IDXFile.imageSet(prefix: "t10k", in: directory, classNames: names, remedy: remedy)
            )
        case .cifar10, .cifar100:
            let reader = CIFARFiles(
                layout: self == .cifar10 ? CIFARFiles.Layout.cifar10() : CIFARFiles.Layout.cifar100(), directory: directory, remedy: remedy)
            return (try reader.train(), try reader.test())
        case .folder:
            let size = specification.size.map { ($0.height, $0.width) }
            return try ImageFolder(directory: directory, size: size, remedy: remedy).load()
        }
    }

    /// Xiao, Rasul and Vollgraf, "Fashion-MNIST", 2017, table 1.
    private static let fashionClassNames = [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ]

    /// How a user can fix a missing or damaged file.
    func remedy(in directory: String) -> UserMessage {
        switch self {
        case .fashionMNIST where directory == DatasetSpecification.debianFashionMNISTDirectory:
            """
            install the files with `apt-get install --reinstall dataset-fashion-mnist`, or give their directory: \
            \(setting: "data") fashion-mnist:DIR
            """
        case .fashionMNIST:
            "put the four files of https://github.com/zalandoresearch/fashion-mnist into \(directory)"
        case .mnist:
            """
            put the four MNIST files (train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz, \
            t10k-labels-idx1-ubyte.gz) into \(directory)
            """
        case .cifar10:
            """
            give the directory unpacked from https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz: \
            \(setting: "data") cifar10:DIR/cifar-10-batches-bin
            """
        case .cifar100:
            """
            give the directory unpacked from https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz: \
            \(setting: "data") cifar100:DIR/cifar-100-binary
            """
        case .folder:
            "arrange PNG or JPEG files as DIR/train/CLASS/… and DIR/test/CLASS/…"
        }
    }
}
