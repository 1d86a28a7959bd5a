import Basics
@testable import Networks
import SearchSpace
import Tensors
import TestSupport
import Testing

@Suite struct NetworkTests {
    @Test(.slow, arguments: Shipped.spaces)
    func agreesWithTheCostModel(name: String) throws {
        let space = try Shipped.load(name)
        let images = TensorGenerator(seed: 3).normal([2, space.image.channels, space.image.height, space.image.width])
        var random = SeededGenerator(seed: 1)
        for _ in 0..<200 {
            let architecture = space.sample(using: &random)
            let network = Network(space.graph(of: architecture))
            #expect(network.layout.count == network.graph.cost.parameters)
            let pieces = network.layout.pieces(of: network.layout.initialValues(using: TensorGenerator(seed: 2)))
            withoutGradients { checkShapes(network, images, pieces) }
            let canonical = Network(space.canonicalGraph(of: architecture))
            #expect(canonical.layout.count == canonical.graph.cost.parameters)
            let flat = canonical.layout.initialValues(using: TensorGenerator(seed: 2))
            let logits = withoutGradients { canonical.logits(images, parameters: canonical.layout.pieces(of: flat)) }
            #expect(logits.shape == [2, space.classes])
            #expect(logits.isFinite)
        }
    }

    /// Runs a forward pass layer by layer.
    private func checkShapes(_ network: Network, _ images: Tensor, _ pieces: [Tensor]) {
        var outputs: [Tensor] = []
        var first = 0
        var pass = Network.Pass(images: images, normKind: .batch, statistics: .ofBatch)
        for node in network.graph.nodes {
            let own = pieces[first...]
            first += node.parameters(.batch, isRectified: false).count
            let inputs = node.inputs.map { outputs[$0] }
            let output = node.apply(inputs, own, &pass)
            let shape = node.output
            #expect(output.shape == [images.shape[0], shape.channels, shape.height, shape.width], "\(node.name)")
            outputs.append(output)
        }
    }

    /// The canonical graph computes the same as the architecture as written, with the surviving parameters carried over.
    @Test(.slow, arguments: Shipped.spaces)
    func canonicalFormKeepsTheFunction(name: String) throws {
        let space = try Shipped.load(name)
        var random = SeededGenerator(seed: 4)
        for _ in 0..<15 {
            let architecture = space.sample(using: &random)
            let (written, canonical) = (Network(space.graph(of: architecture)), Network(space.canonicalGraph(of: architecture)))
            guard canonical.graph.nodes.contains(where: { $0.layer == .input }), canonical.graph.nodes.count > 3 else { continue }
            let flat = written.layout.initialValues(using: TensorGenerator(seed: 5), type: .float64)
            let byName = Dictionary(uniqueKeysWithValues: zip(written.layout.parameters.map(\.name), written.layout.pieces(of: flat)))
            let images = TensorGenerator(seed: 6).normal([4, space.image.channels, space.image.height, space.image.width], type: .float64)
            let carried = try canonical.layout.parameters.map { try #require(byName[$0.name]) }
            let a = withoutGradients { written.logits(images, parameters: written.layout.pieces(of: flat)) }
            let b = withoutGradients { canonical.logits(images, parameters: carried) }
            #expect((a - b).magnitude().max().item < 1e-9, "\(space.notation(of: architecture))")
        }
    }

    @Test func givenStatisticsOfTheSameImagesChangeNothing() throws {
        let space = try Shipped.load("fashion")
        let network = Network(space.canonicalGraph(of: try space.architecture("conv3x3.sep3x3,skip.avg3x3,max3x3,conv1x1")))
        let flat = network.layout.initialValues(using: TensorGenerator(seed: 1), type: .float64)
        let pieces = network.layout.pieces(of: flat)
        let images = TensorGenerator(seed: 2).normal([8, 3, 16, 16], type: .float64)
        withoutGradients {
            let own = network.logits(images, parameters: pieces)
            let given = network.logits(
                images, parameters: pieces, statistics: .given(network.statistics(on: images, parameters: pieces)))
            #expect((own - given).magnitude().max().item < 1e-9)
        }
    }

    @Test func meanOnlyNormKeepsTheScaleOfItsInput() throws {
        let space = try Shipped.load("fashion")
        let graph = space.canonicalGraph(of: try space.architecture("conv3x3.skip,conv1x1.avg3x3,sep3x3,max3x3"))
        let (batch, meanOnly) = (Network(graph), Network(graph, normKind: .meanOnly))
        // Each convolution channel has a gain instead of each norm channel a scale; no convolution precedes the head's norm.
        let gains = meanOnly.layout.parameters.filter { $0.name.hasSuffix(".gain") }
        #expect(!gains.isEmpty)
        #expect(!batch.layout.parameters.contains { $0.name.hasSuffix(".gain") })
        let flat = meanOnly.layout.initialValues(using: TensorGenerator(seed: 1))
        let images = TensorGenerator(seed: 2).normal([8, 3, 16, 16])
        #expect(withoutGradients { meanOnly.logits(images, parameters: meanOnly.layout.pieces(of: flat)) }.isFinite)
    }

    @Test func initialValuesFollowTheSeed() throws {
        let space = try Shipped.load("fashion")
        let layout = Network(space.canonicalGraph(of: try space.architecture("conv3x3.skip,conv1x1.avg3x3,sep3x3,max3x3"))).layout
        func values(_ seed: UInt64) -> [UInt8] { layout.initialValues(using: TensorGenerator(seed: seed)).bytes }
        #expect(values(1) == values(1))
        #expect(values(1) != values(2))
    }

    /// He's initialization for hidden layers; uniform for the last layer and for those before a bounded function.
    @Test func linearInitializationDependsOnTheReader() throws {
        let layers = "flatten > linear 6 > relu > linear 5 > tanh > linear 4 > leaky-relu > linear classes"
        let space = try SearchSpace.parse("space t image 1x2x2 classes 3 network { \(layers) }", file: "t")
        let layout = Network(space.graph(of: try space.architecture(""))).layout
        #expect(
            layout.parameters.filter { $0.name.hasSuffix("weight") }.map(\.initialization) == [
                .heNormal(fanIn: 4), .uniform(fanIn: 6), .heNormal(fanIn: 5), .uniform(fanIn: 4),
            ])
    }

    @Test func heNormalHasItsVariance() {
        let layout = ParameterLayout([Parameter(name: "w", shape: [64, 64, 3, 3], initialization: .heNormal(fanIn: 576))])
        let values = layout.initialValues(using: TensorGenerator(seed: 1))
        let variance = (values * values).mean().item
        #expect(abs(variance / (2.0 / 576) - 1) < 0.03)
    }

    @Test func flatVectorsAndPiecesAreInverse() {
        let layout = ParameterLayout([
            Parameter(name: "a", shape: [2, 3], initialization: .constant(1)),
            Parameter(name: "b", shape: [4], initialization: .constant(2)),
        ])
        let flat = Tensor((0..<10).map(Float.init))
        let pieces = layout.pieces(of: flat)
        #expect(pieces.map(\.shape) == [[2, 3], [4]])
        #expect(layout.flat(pieces.map { $0 }, like: flat).doubles == flat.doubles)
        #expect(layout.flat([nil, pieces[1]], like: flat).doubles == [0, 0, 0, 0, 0, 0, 6, 7, 8, 9])
    }
}
