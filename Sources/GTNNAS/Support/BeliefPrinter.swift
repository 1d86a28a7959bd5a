import Search

/// Prints how far a run believes each score of its ranking.
enum BeliefPrinter {
    static func json(_ beliefs: [Belief]) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: beliefs.map { ($0.name, $0.weight) })
    }

    /// One line; none without beliefs.
    static func print(_ beliefs: [Belief]) {
        if let text = Belief.text(of: beliefs) { Swift.print("beliefs       \(text)") }
    }
}
