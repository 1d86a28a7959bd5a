import Basics

/// A number of a space that is no part of an architecture: its width, how often a cell is repeated.
public struct Setting: Hashable, Sendable {
    public let name: String
    public internal(set) var value: Int
    /// The values that learners take at random in meta-training; empty when learners take `value`.
    public let learnerValues: [Int]
    /// `file:line` of its declaration.
    public let declared: String
}

/// A setting that a space does not have, or a value that it cannot take.
public struct SettingError: InputMistake, Hashable {
    public enum Reason: Hashable, Sendable {
        case unknown(suggestion: String?, known: [String])
        case notANumber
        case outOfRange(largest: Int)
    }

    public let space: String
    public let name: String
    public let value: String
    public let reason: Reason

    public var description: String {
        switch reason {
        case .unknown(let suggestion, let known):
            let hint =
                suggestion.map { "did you mean `\($0)`?" }
                ?? (known.isEmpty ? "it has none" : "it has \(known.map { "`\($0)`" }.joined(separator: ", "))")
            return "the space \(space) has no setting `\(name)`; \(hint)"
        case .notANumber: return "the setting `\(name)` takes a whole number, not `\(value)`"
        case .outOfRange(let largest): return "the setting `\(name)` takes a number from 1 to \(largest), not \(value)"
        }
    }
}
