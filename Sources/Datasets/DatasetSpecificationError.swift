import Basics

/// An error: a text does not specify a data set.
public struct DatasetSpecificationError: InputMistake, Equatable {
    public enum Problem: Equatable, Sendable {
        /// No data set has this name. The suggestion is a data set with a similar name.
        case unknownName(String, suggestion: DatasetFormat?)
        /// The data set has no default directory, so it must be given.
        case missingDirectory(DatasetFormat)
        /// The text after `@` is not a size.
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
            "unknown data set `\(name)`" + (suggestion.map { " (did you mean `\($0.rawValue)`?)" } ?? "")
                + ": expected fashion-mnist[:DIR], mnist:DIR, cifar10:DIR, cifar100:DIR or folder:DIR"
        case .missingDirectory(let kind):
            "data set `\(specification)` needs the directory of its files: write \(kind.rawValue):DIR"
        case .noSize(let size):
            """
            `\(size)` in data set `\(specification)` is not an image size: write height and width from 4 to 1024 pixels, as in \
            folder:DIR@32x32
            """
        }
    }
}
