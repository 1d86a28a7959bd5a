import Basics

/// A number of a space that architectures do not choose, such as the width or the number of cells.
public struct Setting: Hashable, Sendable {
    public let name: String
    public internal(set) var value: Int
    /// The value at which candidates are scored; nil to follow the rule of ``SearchSpace/atProxyScale()``.
    public internal(set) var proxyValue: Int?
    /// The values from which learners in meta-training draw at random; empty if learners use `value`.
    public let learnerValues: [Int]
    /// The place of the declaration, as `file:line`.
    public let declared: String
}

/// An error: a setting is unknown, or its value is invalid.
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
                ?? (known.isEmpty ? "it has no settings" : "its settings are \(known.map { "`\($0)`" }.joined(separator: ", "))")
            return "the space \(space) has no setting `\(name)`; \(hint)"
        case .notANumber: return "the setting `\(name)` takes a whole number, not `\(value)`"
        case .outOfRange(let largest): return "the setting `\(name)` takes a number from 1 to \(largest), not \(value)"
        }
    }
}
