import ResultStore

/// A proposer of all candidates of a space, by ascending number. If candidates share a hash, it proposes only the first.
public struct ExhaustiveProposer: Proposer {
    private let count: Int
    private let candidate: @Sendable (Int) throws -> Candidate?
    private var position = 0
    private var seen: Set<String> = []

    /// - Parameters:
    ///   - count: the upper bound of the candidates' numbers.
    ///   - candidate: returns the candidate of a number from 0 to `count` − 1; nil if the number has none.
    public init(count: Int, candidate: @escaping @Sendable (Int) throws -> Candidate?) {
        self.count = count
        self.candidate = candidate
    }

    public mutating func next() throws -> Candidate? {
        while position < count {
            defer { position += 1 }
            if let candidate = try candidate(position), seen.insert(candidate.hash).inserted { return candidate }
        }
        return nil
    }
}
