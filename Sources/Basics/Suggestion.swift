/// Finds the name that a user probably meant by a mistyped one.
public enum Suggestion {
    /// The candidate nearest to `name`, if at most max(1, ⌊length / 3⌋) edits separate them.
    public static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        guard name.utf8.count <= 64 else { return nil }
        let limit = max(1, name.count / 3)
        return
            candidates
            .filter { abs($0.utf8.count - name.utf8.count) <= limit }
            .map { (name: $0, distance: distance(name, $0)) }
            .filter { $0.distance <= limit }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?
            .name
    }

    public static func didYouMean(_ name: String, among candidates: some Sequence<String>) -> String? {
        nearest(to: name, among: candidates).map { "did you mean `\($0)`?" }
    }

    /// The edit distance of two texts, ignoring case: the number of insertions, deletions, replacements and swaps of neighbors between them
    /// (Damerau, 1964; Levenshtein, 1966).
    public static func distance(_ first: String, _ second: String) -> Int {
        let a = Array(first.lowercased().utf8)
        let b = Array(second.lowercased().utf8)
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var rows = Array(repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
        for i in 0...a.count { rows[i][0] = i }
        for j in 0...b.count { rows[0][j] = j }
        for i in 1...a.count {
            for j in 1...b.count {
                var best = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, rows[i - 2][j - 2] + 1) }
                rows[i][j] = best
            }
        }
        return rows[a.count][b.count]
    }
}

extension Sequence<String> {
    /// The words as a list in prose: `a`, `a or b`, `a, b or c`.
    public func alternatives() -> String { list(with: "or") }

    /// The words as a list in prose: `a`, `a and b`, `a, b and c`.
    public func list() -> String { list(with: "and") }

    private func list(with conjunction: String) -> String {
        let words = Array(self)
        guard words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(conjunction) " + words[words.count - 1]
    }
}
