import Basics
import Foundation
import GTN
import ResultStore
import SearchSpace

extension SearchSpace {
    /// An architecture as a search sees it. Its costs are those of the network that is trained: without dead branches.
    /// - Parameter notation: as a user wrote it; nil for the space's own.
    public func candidate(_ architecture: Architecture, notation: String? = nil) -> Candidate {
        let cost = canonicalGraph(of: architecture).cost
        return Candidate(
            architecture: notation ?? self.notation(of: architecture), hash: hash(of: architecture), parameters: cost.parameters,
            macs: cost.macs)
    }

    /// The architectures of a file, one a line, in the space's own notation or its foreign one. Empty lines and `#` comments are skipped.
    public func candidates(inFile path: String) throws -> [Candidate] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw InputError("\(path): cannot be read as text; name a file with one architecture a line")
        }
        var candidates: [Candidate] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let notation = line.trimmingCharacters(in: .whitespaces)
            if notation.isEmpty || notation.hasPrefix("#") { continue }
            do {
                candidates.append(candidate(try architecture(notation), notation: notation))
            } catch  where error is NotationError || error is RequirementError {
                throw InputError("\(path):\(index + 1): error: \("\(error)")")
            }
        }
        guard !candidates.isEmpty else { throw InputError("\(path): holds no architecture; write one a line") }
        return candidates
    }

    /// The space for the images and classes of a data set.
    public func fitted(to task: LearningTask) throws -> SearchSpace { try fitted(to: task.imageShape, classes: task.classes) }

    /// - Parameter shape: channels, height, width.
    public func fitted(to shape: [Int], classes: Int) throws -> SearchSpace {
        try with(image: FeatureShape(shape[0], shape[1], shape[2]), classes: classes)
    }
}
