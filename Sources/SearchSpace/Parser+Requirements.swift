import Basics

/// Parses `require at most 2 skip`, `require at least 1 conv3x3 | sep3x3 in normal` and `require parameters at most 1.5M`.
extension Parser {
    mutating func requirement() throws -> RequirementSyntax {
        let start = current.range
        let form = "write `require at most 2 skip`, `require at least 1 conv in normal` or `require parameters at most 1.5M`"
        if at("at") {
            let isUpperBound = try bound(form)
            let count = try integer("how many choices")
            var labels = [try name("the label of an alternative", reserved: true)]
            while take("|") { labels.append(try name("the label of an alternative", reserved: true)) }
            let cell = take("in") ? try name("the name of a cell") : nil
            return RequirementSyntax(
                subject: .choices(labels, cell: cell), isUpperBound: isUpperBound, bound: count, range: start.joined(with: previous.range))
        }
        let subject: RequirementSyntax.Subject
        switch current.text {
        case "parameters": subject = .parameters
        case "macs": subject = .macs
        default:
            throw fail(
                at: current.range, "expected `at`, `parameters` or `macs`, found \(describe(current))",
                suggestion: Suggestion.didYouMean(current.text, among: ["parameters", "macs"]) ?? form)
        }
        advance()
        let isUpperBound = try bound(form)
        return RequirementSyntax(
            subject: subject, isUpperBound: isUpperBound, bound: try quantity(), range: start.joined(with: previous.range))
    }

    /// Parses a bound. Returns true for `at most` and false for `at least`.
    private mutating func bound(_ form: String) throws -> Bool {
        try expect("at", "and `most` or `least`")
        if take("most") { return true }
        guard take("least") else {
            throw fail(at: current.range, "expected `most` or `least`, found \(describe(current))", suggestion: form)
        }
        return false
    }

    private mutating func quantity() throws -> Int {
        switch current.kind {
        case .integer(let value), .quantity(let value):
            advance()
            return value
        default:
            throw fail(
                at: current.range, "expected a number, found \(describe(current))", suggestion: "numbers are written 50000, 500K or 1.5M")
        }
    }
}
