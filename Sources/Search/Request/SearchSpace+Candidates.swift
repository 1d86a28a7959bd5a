import Basics
import Foundation
import GTN
import ResultStore
import SearchSpace

extension SearchSpace {
    /// Returns the candidate of an architecture. Its costs are the costs of the trained network, without dead branches.
    /// - Parameters:
    ///   - architecture: an architecture of this space.
    ///   - notation: the notation to show; nil for the space's own.
    public func candidate(_ architecture: Architecture, notation: String? = nil) -> Candidate {
        candidate(architecture, totals(of: architecture), notation: notation)
    }

    func candidate(_ architecture: Architecture, _ totals: NetworkTotals, notation: String? = nil) -> Candidate {
        Candidate(
            architecture: notation ?? self.notation(of: architecture), hash: hash(of: architecture), parameters: totals.parameters,
            macs: totals.macs, memory: peakActivationBytes(of: architecture))
    }

    /// Returns the candidate of an architecture at fitted values of settings.
    /// - Parameters:
    ///   - architecture: an architecture of this space.
    ///   - values: values of settings by name.
    ///   - notation: the notation to show; nil for the space's own.
    public func candidate(_ architecture: Architecture, values: [String: Int], notation: String? = nil) throws -> Candidate {
        var candidate = try with(values: values).candidate(architecture, notation: notation ?? self.notation(of: architecture))
        candidate.settings = values
        candidate.hash = Self.hash(candidate.hash, values: values)
        return candidate
    }

    /// Returns the hash of an architecture at fitted values of settings.
    /// - Parameters:
    ///   - hash: the hash of the architecture.
    ///   - values: values of settings by name.
    static func hash(_ hash: String, values: [String: Int]) -> String {
        let texts = values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return StableHash.hexadecimal(StableHash.of(([hash] + texts).joined(separator: " ")))
    }

    /// Returns the space of a candidate's network, which has the fitted values of settings, and the architecture in it.
    /// - Throws: errors of a candidate that is not of this space.
    public func resolved(_ candidate: Candidate) throws -> (space: SearchSpace, architecture: Architecture) {
        let space = try candidate.settings.map(with(values:)) ?? self
        return (space, try space.architecture(candidate.architecture))
    }

    /// Reads the architectures of a file, one per line, in the space's own notation or its foreign one. Empty lines and lines that start
    /// with `#` are skipped.
    public func candidates(inFile path: String) throws -> [Candidate] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw InputError("\(path): cannot be read as text; expected a file with one architecture per line")
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
        guard !candidates.isEmpty else { throw InputError("\(path): contains no architecture; expected one per line") }
        return candidates
    }

    /// Returns the space for the images and classes of a data set.
    public func fitted(to task: LearningTask) throws -> SearchSpace { try fitted(to: task.imageShape, classes: task.classes) }

    /// Returns the space for images of another shape.
    /// - Parameters:
    ///   - shape: channels, height, width.
    ///   - classes: the number of classes.
    public func fitted(to shape: [Int], classes: Int) throws -> SearchSpace {
        try with(image: FeatureShape(shape[0], shape[1], shape[2]), classes: classes)
    }
}

extension Candidate {
    /// Adds the memory of activations to a candidate of an earlier version, which did not record it.
    /// - Parameter space: the candidate's space, at the image size.
    public mutating func addMemory(in space: SearchSpace) throws {
        guard memory == nil else { return }
        let (space, architecture) = try space.resolved(self)
        memory = space.peakActivationBytes(of: architecture)
    }
}
