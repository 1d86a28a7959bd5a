import Basics
import Foundation

/// A data set, the directory of its files and the size of its images, written as `NAME[:DIR][@HxW]`.
public struct DatasetSpecification: Hashable, Sendable, CustomStringConvertible {
    public let format: DatasetFormat
    /// The directory that holds the files.
    public let directory: String
    /// The height and width to which images are resized; nil for no resizing.
    public let size: Size?

    public struct Size: Hashable, Sendable, CustomStringConvertible {
        public let height: Int
        public let width: Int

        public init(height: Int, width: Int) {
            self.height = height
            self.width = width
        }

        public var description: String { "\(height)x\(width)" }
    }

    /// The directory in which the Debian package `dataset-fashion-mnist` installs its files.
    public static let debianFashionMNISTDirectory = "/usr/share/datasets/fashion-mnist"

    /// Parses `NAME[:DIR][@HxW]`: a data set, the directory of its files, and the size to which images are resized.
    ///
    /// Only `fashion-mnist` has a default directory. A leading `~/` in DIR is the home directory, because shells do not expand it after a
    /// colon.
    ///
    /// - Throws: `DatasetSpecificationError` for an unknown name, a missing directory or an invalid size.
    public init(parsing text: String) throws(DatasetSpecificationError) {
        let (unsized, size) = try Self.sized(text)
        let parts = unsized.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let format = DatasetFormat(rawValue: parts[0]) else {
            throw DatasetSpecificationError(
                specification: text,
                problem: .unknownName(
                    parts[0],
                    suggestion: Suggestion.nearest(to: parts[0], among: DatasetFormat.allCases.map(\.rawValue)).flatMap(DatasetFormat.init))
            )
        }
        let directory = parts.count > 1 ? parts[1] : ""
        if parts.count == 1, format == .fashionMNIST {
            self.init(format, directory: Self.debianFashionMNISTDirectory, size: size)
        } else if directory.isEmpty {
            throw DatasetSpecificationError(specification: text, problem: .missingDirectory(format))
        } else {
            self.init(
                format, directory: directory.hasPrefix("~/") ? NSString(string: directory).expandingTildeInPath : directory, size: size)
        }
    }

    public init(_ format: DatasetFormat, directory: String, size: Size? = nil) {
        self.format = format
        self.directory = directory
        self.size = size
    }

    /// Splits off the size after the last `@`. Text after `@` counts as a size if it begins with a digit and contains no `/`.
    private static func sized(_ text: String) throws(DatasetSpecificationError) -> (String, Size?) {
        guard let at = text.lastIndex(of: "@") else { return (text, nil) }
        let ending = text[text.index(after: at)...]
        guard ending.first?.isNumber == true, !ending.contains("/") else { return (text, nil) }
        let sides = ending.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard sides.count == 2, sides.allSatisfy({ (4...1024).contains($0) }) else {
            throw DatasetSpecificationError(specification: text, problem: .noSize(String(ending)))
        }
        return (String(text[..<at]), Size(height: sides[0], width: sides[1]))
    }

    /// Whether both refer to the same files, whatever the image size.
    public func isOfSameFiles(as other: DatasetSpecification) -> Bool { format == other.format && directory == other.directory }

    /// The text that parses to this specification.
    public var description: String {
        let isUsual = format == .fashionMNIST && directory == Self.debianFashionMNISTDirectory
        return format.rawValue + (isUsual ? "" : ":\(directory)") + (size.map { "@\($0)" } ?? "")
    }
}
