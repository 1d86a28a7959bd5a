import Foundation
import GTN
import ResultStore
import Search
import SearchSpace

extension SearchSpace {
    /// An architecture as a search sees it. Its costs are those of the network that is trained: without dead branches.
    /// - Parameter notation: as a user wrote it; nil for the space's own.
    func candidate(_ architecture: Architecture, notation: String? = nil) -> Candidate {
        let cost = canonicalGraph(of: architecture).cost
        return Candidate(
            architecture: notation ?? self.notation(of: architecture), hash: hash(of: architecture), parameters: cost.parameters,
            macs: cost.macs)
    }

    /// Random candidates. Those whose output ignores the image are never proposed: all of them are at chance.
    func randomProposer(seed: UInt64) -> RandomProposer {
        RandomProposer(seed: seed) { generator in
            for _ in 0..<Self.drawsAllowed {
                let architecture = sample(using: &generator)
                if canonicalGraph(of: architecture).readsItsInput { return candidate(architecture) }
            }
            throw InputRefusal(
                "\(name): of \(Self.drawsAllowed) random architectures, none reads its input; connect the network's output to the image")
        }
    }

    private static var drawsAllowed: Int { 10_000 }

    /// The architectures of a file, one a line, in the space's own notation or its foreign one. Empty lines and `#` comments are skipped.
    func candidates(inFile path: String) throws -> [Candidate] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw InputRefusal("\(path): cannot be read as text; name a file with one architecture a line")
        }
        var candidates: [Candidate] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let notation = line.trimmingCharacters(in: .whitespaces)
            if notation.isEmpty || notation.hasPrefix("#") { continue }
            do {
                candidates.append(candidate(try architecture(notation), notation: notation))
            } catch where error is NotationError || error is RequirementError {
                throw InputRefusal("\(path):\(index + 1): error: \(error)")
            }
        }
        guard !candidates.isEmpty else { throw InputRefusal("\(path): holds no architecture; write one a line") }
        return candidates
    }
}

extension Candidate {
    init(_ record: RankedRecord) {
        self.init(architecture: record.architecture, hash: record.hash, parameters: record.parameters, macs: record.macs)
    }
}
