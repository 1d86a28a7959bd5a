import Basics
import Foundation
import Networks
import SearchSpace
import Tensors
import Testing

@testable import Export

@Suite struct InferenceModelONNXTests {
    /// Writes every layer of the language, reads the file with an independent program, and compares the logits with the network's.
    @Test(arguments: Fixtures.layers.indices, NormKind.allCases)
    func computesWhatTheNetworkComputes(index: Int, normKind: NormKind) throws {
        let (layers, operations) = Fixtures.layers[index]
        let network = try Fixtures.network(layers, normKind: normKind)
        let (model, logits) = Fixtures.model(network)
        let images = Fixtures.images(6, network.graph.inputShape)
        for model in [model, model.folded().model] {
            let file = try ONNXReader(model.onnx(name: "t"))
            #expect(Fixtures.difference(try ONNXInterpreter(file: file).run(images), logits(images)) < 1e-4, "\(layers)")
            if normKind == .batch, !model.isChanged { #expect(operations.isSubset(of: file.nodes.map(\.operation)), "\(layers)") }
        }
    }

    @Test(arguments: ["fashion", "mobile", "darts", "nas-bench-201", "enas-micro", "nasnet", "nas-bench-macro"])
    func computesWhatShippedNetworksCompute(name: String) throws {
        let space = try SearchSpace.load(path: "\(Fixtures.root)/SearchSpaces/\(name).space")
        let shape = FeatureShape(space.image.channels, 16, 16)
        let small = try space.with(settings: space.settings.map { ($0.name, $0.name == "last" ? "16" : $0.name == "cells" ? "1" : "4") })
            .with(image: shape, classes: 10)
        var random = SeededGenerator(seed: 2)
        let network = Network(small.canonicalGraph(of: small.sample(using: &random)))
        let mean = [Double](repeating: 0.4, count: shape.channels)
        let (model, logits) = Fixtures.model(network, mean: mean, deviation: mean)
        let images = Fixtures.images(3, shape)
        for model in [model, model.folded().model] {
            let file = try ONNXReader(model.onnx(name: name))
            #expect(Fixtures.difference(try ONNXInterpreter(file: file).run(images), logits(images)) < 1e-3)
        }
    }

    /// The search-space language allows concatenation only in cells, so this test builds a graph.
    @Test func concatenationsAndScalesOfMaps() throws {
        let graph = LayerGraph(
            nodes: [
                .init(.input, inputs: [], output: FeatureShape(2, 4, 3), name: "image"),
                .init(.activation(.tanh), inputs: [0], output: FeatureShape(2, 4, 3), name: "logits"),
                .init(.zero, inputs: [0], output: FeatureShape(1, 4, 3), name: "zero"),
                .init(.concatenation, inputs: [0, 1, 2], output: FeatureShape(5, 4, 3), name: "images"),
                .init(.flatten, inputs: [3], output: FeatureShape(60, 1, 1), name: "flat"),
                .init(.linear(inputs: 60, outputs: 5), inputs: [4], output: FeatureShape(5, 1, 1), name: "linear"),
                .init(.scale, inputs: [5, 5], output: FeatureShape(5, 1, 1), name: "scaled"),
            ], output: 6)
        let (model, logits) = Fixtures.model(Network(graph))
        let images = Fixtures.images(4, graph.inputShape)
        let file = try ONNXReader(model.onnx(name: "t"))
        #expect(Fixtures.difference(try ONNXInterpreter(file: file).run(images), logits(images)) < 1e-5)
    }

    @Test func declaresInputAndOutput() throws {
        let (model, _) = Fixtures.model(try Fixtures.network("conv 3x3 -> 4 > flatten > linear classes"))
        let file = try ONNXReader(model.onnx(name: "t"))
        #expect(file.inputs == [.init(name: "images", elementType: 1, shape: ["batch", "2", "11", "9"])])
        #expect(file.outputs == [.init(name: "logits", elementType: 1, shape: ["batch", "5"])])
        #expect(file.irVersion == 8)
        #expect(file.operatorVersions == ["": 17])
        #expect(file.facts == ["space": "t"])
        #expect(model.onnx(name: "t") == model.onnx(name: "t"))
    }
}
