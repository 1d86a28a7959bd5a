/// Finds the data set that a mistyped name may have meant.
enum NameSuggestion {
    /// The known name nearest to `name`, if no more than a third of its letters differ.
    static func nearest(to name: String) -> DatasetSpecification.Kind? {
        guard name.utf8.count <= 64 else { return nil }
        return DatasetSpecification.Kind.allCases
            .map { (kind: $0, distance: distance(name.lowercased(), $0.rawValue)) }
            .filter { $0.distance * 3 <= $0.kind.rawValue.count }
            .min { $0.distance < $1.distance }?
            .kind
    }

    /// Number of insertions, deletions and replacements of letters that turn one text into the other (Levenshtein, 1966).
    static func distance(_ first: String, _ second: String) -> Int {
        let target = Array(second)
        var row = Array(0...target.count)
        for (i, letter) in first.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in target.indices {
                let replaced = diagonal + (letter == target[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
            }
        }
        return row[target.count]
    }
}
