import Basics

/// A text after `--data` that names no data set.
public struct DatasetSpecificationError: InputMistake, Equatable {
    public enum Problem: Equatable, Sendable {
        /// No data set has this name; the suggestion is a known one spelled much like it.
        case unknownName(String, suggestion: DatasetFormat?)
        /// This data set has no usual place, so its directory must be given.
        case missingDirectory(DatasetFormat)
        /// After `@` stands no size.
        case noSize(String)
    }

    /// The whole text as the user wrote it.
    public let specification: String
    public let problem: Problem

    public init(specification: String, problem: Problem) {
        self.specification = specification
        self.problem = problem
    }

    public var description: String {
        switch problem {
        case .unknownName(let name, let suggestion):
            "unknown data set `\(name)`" + (suggestion.map { ", did you mean `\($0.rawValue)`?" } ?? ";")
                + " known are fashion-mnist[:DIR], mnist:DIR, cifar10:DIR, cifar100:DIR and folder:DIR"
        case .missingDirectory(let kind):
            "data set `\(specification)` lacks the directory of its files: write \(kind.rawValue):DIR"
        case .noSize(let size):
            """
            `\(size)` in data set `\(specification)` is no size of images: write height and width of 4 to 1024 pixels, as in \
            folder:DIR@32x32
            """
        }
    }
}
