import ResultStore

/// A proposer of the candidates of a list, in order. If candidates share a hash, it proposes only the first.
public struct ListProposer: Proposer {
    private let candidates: [Candidate]
    private var position = 0

    public init(_ candidates: [Candidate]) {
        var seen: Set<String> = []
        self.candidates = candidates.filter { seen.insert($0.hash).inserted }
    }

    public mutating func next() -> Candidate? {
        guard position < candidates.count else { return nil }
        defer { position += 1 }
        return candidates[position]
    }
}
