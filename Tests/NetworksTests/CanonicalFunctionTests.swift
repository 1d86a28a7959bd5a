import Basics
import SearchSpace
import Tensors
import TestSupport
import Testing

@testable import Networks

/// Architectures with equal hashes compute the same function, up to the names of parameters. Architectures with different hashes compute
/// different functions.
@Suite struct CanonicalFunctionTests {
    private static let image = FeatureShape(3, 8, 8)

    private static func images(seed: UInt64) -> Tensor {
        TensorGenerator(seed: seed).normal([3, image.channels, image.height, image.width], type: .float64)
    }

    private static func logits(_ network: Network, _ pieces: [Tensor], _ images: Tensor) -> Tensor {
        withoutGradients { network.logits(images, parameters: pieces) }
    }

    // MARK: Equal

    @Test(.slow, arguments: [("nas-bench-201", 300), ("fashion", 100), ("enas-micro", 100)])
    func equalHashesAreEqualFunctions(_ name: String, _ pairs: Int) throws {
        let space = try Shipped.load(name, image: Self.image)
        var random = SeededGenerator(seed: 1)
        let images = Self.images(seed: 2)
        for pair in 0..<pairs {
            let (a, b) = try name == "enas-micro" ? exchangedTerms(space, using: &random) : sameHash(space, using: &random)
            #expect(a != b && space.hash(of: a) == space.hash(of: b))
            let (left, right) = (Network(space.canonicalGraph(of: a)), Network(space.canonicalGraph(of: b)))
            let places = try #require(GraphMatch.find(left.graph, right.graph), "\(space.notation(of: a)) and \(space.notation(of: b))")
            let flat = left.layout.initialValues(using: TensorGenerator(seed: UInt64(pair)), type: .float64)
            let values = Dictionary(uniqueKeysWithValues: zip(left.layout.parameters.map(\.name), left.layout.pieces(of: flat)))
            // A parameter is named after its node.
            let origins = Dictionary(uniqueKeysWithValues: places.map { (right.graph.nodes[$1].name, left.graph.nodes[$0].name) })
            let mapped = try right.layout.parameters.map { parameter in
                let parts = parameter.name.split(separator: ".")
                let origin = try #require(origins[String(parts[0])])
                return try #require(values["\(origin).\(parts[1])"])
            }
            let difference = Self.logits(left, left.layout.pieces(of: flat), images) - Self.logits(right, mapped, images)
            #expect(difference.magnitude().max().item < 1e-9, "\(space.notation(of: a)) and \(space.notation(of: b))")
        }
    }

    /// Returns two different architectures with equal hashes, found by random sampling.
    private func sameHash(_ space: SearchSpace, using random: inout SeededGenerator) throws -> (Architecture, Architecture) {
        var known: [String: Architecture] = [:]
        while true {
            let architecture = space.sample(using: &random)
            let hash = space.hash(of: architecture)
            if let other = known[hash], other != architecture { return (other, architecture) }
            known[hash] = architecture
        }
    }

    /// A value of ENAS is a sum of two terms, which can be written in either order.
    private func exchangedTerms(_ space: SearchSpace, using random: inout SeededGenerator) throws -> (Architecture, Architecture) {
        while true {
            let architecture = space.sample(using: &random)
            let other = space.notation(of: architecture).split(separator: "+").map { cell in
                let (head, body) = (cell.prefix { $0 != "=" }, cell.drop { $0 != "=" }.dropFirst())
                let values = body.split(separator: ".").map { value in
                    let words = value.split(separator: ",")
                    return (Bool.random(using: &random) ? words : Array(words[2...] + words[..<2])).joined(separator: ",")
                }
                return "\(head)=\(values.joined(separator: "."))"
            }.joined(separator: "+")
            let exchanged = try space.architecture(other)
            if exchanged != architecture { return (architecture, exchanged) }
        }
    }

    // MARK: Different

    /// All layers of a shape share one weight, so exchanging parameters does not matter. Functions that still differ are different for
    /// every naming of the parameters.
    @Test(.slow, arguments: [("nas-bench-201", 300), ("fashion", 100), ("enas-micro", 50), ("darts", 50)])
    func differentHashesAreDifferentFunctions(_ name: String, _ pairs: Int) throws {
        let space = try Shipped.load(name, image: Self.image)
        var random = SeededGenerator(seed: 3)
        let images = Self.images(seed: 4)
        var compared = 0
        while compared < pairs {
            let (a, b) = (space.sample(using: &random), space.sample(using: &random))
            guard space.hash(of: a) != space.hash(of: b) else { continue }
            compared += 1
            let (left, right) = (Network(space.canonicalGraph(of: a)), Network(space.canonicalGraph(of: b)))
            let difference = Self.logits(left, tied(left), images) - Self.logits(right, tied(right), images)
            #expect(difference.magnitude().max().item > 1e-7, "\(space.notation(of: a)) and \(space.notation(of: b))")
        }
    }

    /// Returns the same values for all parameters of one shape and kind.
    private func tied(_ network: Network) -> [Tensor] {
        network.layout.parameters.map { parameter in
            let kind = UInt64(parameter.name.split(separator: ".").last == "bias" ? 1 : 0)
            let seed = parameter.shape.reduce(kind) { SeededGenerator.seed($0, UInt64($1)) }
            let values = TensorGenerator(seed: seed).normal(parameter.shape, type: .float64)
            // Scales near 1, so that values neither vanish nor explode from layer to layer.
            return parameter.shape.count == 1 && kind == 0 ? values * 0.3 + 1 : values * 0.3
        }
    }
}
