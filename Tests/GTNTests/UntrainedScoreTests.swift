import Foundation
import Networks
import SearchSpace
import Tensors
import Testing

@testable import GTN

@Suite struct UntrainedScoreTests {
    private static let space = """
        space small
        image 2x6x6
        classes 3
        network {
          conv 3x3 -> 3 > norm > relu > conv 3x3 stride 2 -> 4 > norm > relu
          global-avg-pool > linear classes
        }
        """

    private static func network(_ text: String = space) throws -> Network {
        let space = try SearchSpace.parse(text, file: "small.space")
        return Network(space.graph(of: try space.architecture("")))
    }

    private static func parameters(_ network: Network) -> [Tensor] {
        network.layout.pieces(of: Tensor((1...network.layout.count).map { 0.5 * sin(Double($0)) }))
    }

    /// Expected values are from PyTorch 2.13 in float64, computed as each method's authors did and differently from here. SynFlow uses a
    /// network without norms. The Jacobian's correlations and eigenvalues use NumPy. Rectifiers and Fisher information use hooks, and SNIP
    /// uses learned masks. GraSP uses central differences of gradients (to about seven digits). Parameters are ½ sin(1), ½ sin(2), …,
    /// pixels cos(0), cos(0.7), …, and labels 0, 1, 2, 0, 1.
    @Test(arguments: [
        (UntrainedScore.synflow, 394.2269340168284, 1e-12), (.jacobianCovariance, -13.956169341772437, 1e-9),
        (.nwot, 14.306727583609202, 1e-12),
        (.snip, 0.08236588574027491, 1e-12), (.gradientNorm, 0.06784843389767872, 1e-12), (.grasp, 0.0001607705715394235, 1e-6),
        (.fisher, 0.0021353805858361327, 1e-12),
    ]) func agreesWithPyTorch(_ score: UntrainedScore, _ expected: Double, _ tolerance: Double) throws {
        let network = try Self.network()
        let images = Tensor((0..<5 * 72).map { cos(0.7 * Double($0)) }, shape: [5, 2, 6, 6])
        let labels = Tensor((0..<5).map { Int64($0 % 3) }).oneHot(classes: 3, type: .float64)
        let found = try #require(score.score(network, Self.parameters(network), images: images, labels: labels))
        #expect(abs(found - expected) <= tolerance * abs(expected), "\(found)")
    }

    /// The same for later scores, on eight images: gradients of every part from PyTorch's autograd; principal components from its `cov` and
    /// singular values; Jacobians after its `pixel_unshuffle`, with the same random signs.
    @Test(arguments: [
        (UntrainedScore.zico, 13.36934617185593), (.expressivity, 1.226177943714354), (.trainability, -0.6361695277950155),
    ]) func laterScoresAgreeWithPyTorch(_ score: UntrainedScore, _ expected: Double) throws {
        let network = try Self.network()
        let images = Tensor((0..<8 * 72).map { cos(0.7 * Double($0)) }, shape: [8, 2, 6, 6])
        let labels = Tensor((0..<8).map { Int64($0 % 3) }).oneHot(classes: 3, type: .float64)
        let count = score == .zico ? 8 : 5
        let found = try #require(
            score.score(network, Self.parameters(network), images: images.slice(0..<count), labels: labels.slice(0..<count)))
        #expect(abs(found - expected) <= 1e-9 * abs(expected), "\(found)")
    }

    /// Maps of odd size, as pooling makes them, are padded with zeros.
    @Test func trainabilityOfOddMaps() throws {
        let network = try Self.network(Self.space.replacingOccurrences(of: "2x6x6", with: "2x7x7"))
        let images = Tensor((0..<5 * 98).map { cos(0.7 * Double($0)) }, shape: [5, 2, 7, 7])
        #expect(UntrainedScore.trainability.score(network, Self.parameters(network), images: images, labels: Tensor.zeros([5, 3])) != nil)
    }

    @Test func trainabilityNeedsTwoBlocks() throws {
        let network = try Self.network(
            "space small\nimage 2x6x6\nclasses 3\nnetwork { conv 3x3 -> 3 > norm > relu > global-avg-pool > linear classes }")
        let images = Tensor.ones([5, 2, 6, 6], type: .float64)
        #expect(UntrainedScore.trainability.score(network, Self.parameters(network), images: images, labels: Tensor.zeros([5, 3])) == nil)
    }

    @Test func nwotNeedsRectifiers() throws {
        let network = try Self.network(Self.space.replacingOccurrences(of: "relu", with: "tanh"))
        let images = Tensor.ones([5, 2, 6, 6], type: .float64)
        #expect(UntrainedScore.nwot.score(network, Self.parameters(network), images: images, labels: Tensor.zeros([5, 3])) == nil)
    }

    @Test(arguments: UntrainedScore.allCases) func theSameSeedGivesTheSameScore(_ score: UntrainedScore) throws {
        let space = try Fixtures.fashionSpace(side: 28, classes: 10)
        let network = Network(space.canonicalGraph(of: try space.architecture(Fixtures.fashionCells[0])))
        let scorer = UntrainedScorer(score, Fixtures.fashionMNIST, seed: 1)
        let first = try #require(scorer.score(network, seed: 2))
        #expect(UntrainedScorer(score, Fixtures.fashionMNIST, seed: 1).score(network, seed: 2) == first)
        #expect(scorer.score(network, seed: 3) != first)
    }
}
