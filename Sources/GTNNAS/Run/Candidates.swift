import Foundation
import GTN
import ResultStore
import Search
import SearchSpace

/// What candidates may cost.
struct CostLimits: Sendable {
    var parameters: Int?
    var macs: Int?

    func admit(_ candidate: Candidate) -> Bool { candidate.parameters <= parameters ?? .max && candidate.macs <= macs ?? .max }

    /// nil without limits.
    var text: String? {
        let parts = [parameters.map { "at most \(grouped($0)) parameters" }, macs.map { "at most \(grouped($0)) MACs" }].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: " and ")
    }
}

extension SearchSpace {
    /// An architecture as a search sees it. Its costs are those of the network that is trained: without dead branches.
    /// - Parameter notation: as a user wrote it; nil for the space's own.
    func candidate(_ architecture: Architecture, notation: String? = nil) -> Candidate {
        let cost = canonicalGraph(of: architecture).cost
        return Candidate(
            architecture: notation ?? self.notation(of: architecture), hash: hash(of: architecture), parameters: cost.parameters,
            macs: cost.macs)
    }

    /// What proposes a run's candidates. Those whose output ignores the image are never proposed: all of them are at chance.
    func proposer(_ strategy: Strategy, within limits: CostLimits, seed: UInt64) throws -> any Proposer {
        @Sendable func admitted(_ architecture: Architecture) -> Candidate? {
            guard canonicalGraph(of: architecture).readsItsInput else { return nil }
            let candidate = candidate(architecture)
            return limits.admit(candidate) ? candidate : nil
        }
        let draw: RandomProposer.Draw = { generator in
            for _ in 0..<Self.drawsAllowed {
                if let candidate = admitted(sample(using: &generator)) { return candidate }
            }
            throw InputRefusal(
                "\(name): of \(Self.drawsAllowed) random architectures, none reads its input\(limits.text.map { " with \($0)" } ?? ""); "
                    + (limits.text == nil ? "connect the network's output to the image" : "allow more"))
        }
        let mutate: EvolutionProposer.Mutation = { parent, generator in
            mutated(try architecture(parent.architecture), using: &generator).flatMap(admitted)
        }
        switch strategy {
        case .random, .halving: return RandomProposer(seed: seed, draw: draw)
        case .evolution: return EvolutionProposer(seed: seed, draw: draw, mutate: mutate)
        case .local: return LocalSearchProposer(seed: seed, draw: draw, mutate: mutate)
        case .exhaustive:
            return ExhaustiveProposer(count: try numberedCount()) { architecture(number: $0).flatMap(admitted) }
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
            } catch  where error is NotationError || error is RequirementError {
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

extension EvaluationRecord {
    init(_ result: CandidateResult<Evaluation>, proxy: String) {
        let hash = result.candidate.hash
        switch result.outcome {
        case .success(let value):
            self.init(
                hash: hash, proxy: proxy, seed: result.seed, score: value.score, accuracy: value.accuracy, loss: value.loss,
                steps: value.steps,
                seconds: value.seconds, stepLosses: value.stepLosses)
        case .failure(let failure): self.init(hash: hash, proxy: proxy, seed: result.seed, failure: failure.reason)
        }
    }
}
