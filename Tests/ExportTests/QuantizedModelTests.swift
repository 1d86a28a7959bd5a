import Basics
import Foundation
import Networks
import SearchSpace
import Tensors
import Testing

@testable import Export

@Suite struct QuantizedModelTests {
    private func images(_ network: Network, _ count: Int) -> Tensor { Fixtures.images(count, network.graph.inputShape) }

    /// Reads the file with an independent program. It computes what the model predicts, for every layer of the language.
    @Test(arguments: Fixtures.layers.indices) func theFileComputesWhatTheModelPredicts(index: Int) throws {
        let network = try Fixtures.network(Fixtures.layers[index].layers)
        let (model, logits) = Fixtures.model(network)
        let images = images(network, 16)
        let quantized = QuantizedModel(model, calibratedOn: [images])
        let file = try ONNXReader(quantized.onnx(name: "t"))
        let found = try ONNXInterpreter(file: file).run(images)
        // A number between two steps of a grid may be rounded either way.
        #expect(Fixtures.difference(found, quantized.logits(images)) < 0.02, "\(Fixtures.layers[index].layers)")
        #expect(Fixtures.difference(quantized.logits(images), logits(images)) < 0.15, "\(Fixtures.layers[index].layers)")
        #expect(file.nodes.contains { $0.operation == "QuantizeLinear" })
    }

    /// The grid of 3.2 from −1 to 2.2: scale 3.2 / 255, zero −128 + 1 / scale.
    @Test func gridsHaveZeroAndBothEnds() {
        let grid = QuantizedModel.Grid(low: -1, high: 2.2)
        #expect(abs(Double(grid.scale) - 3.2 / 255) < 1e-9)
        #expect(grid.zero == -48)
        let nearest = grid.nearest(Tensor([-5.0, -1, 0, 0.0062, 0.0064, 2.2, 9])).scalars(Double.self)
        let steps = nearest.map { ($0 / Double(grid.scale)).rounded() }
        #expect(steps == [-80, -80, 0, 0, 1, 175, 175])
        // Zero is on every grid, even where all numbers are positive.
        #expect(QuantizedModel.Grid(low: 2, high: 4).zero == -128)
        #expect(QuantizedModel.Grid(low: 0, high: 0).scale == 1)
    }

    @Test func weightsHaveOneScalePerOutput() throws {
        let network = try Fixtures.network("conv 1x1 -> 3 > flatten > linear classes")
        var (model, _) = Fixtures.model(network)
        let weight = Tensor([Float(1), -0.5, 0, 0, 100, 127].map { $0 }, shape: [3, 2, 1, 1])
        let name = try #require(model.graph.nodes.first { $0.layer.hasWeights }?.name)
        model.replace("\(name).weight", by: weight)
        let quantized = QuantizedModel(model, calibratedOn: [images(network, 2)])
        #expect(quantized.weights[name]?.values == [127, -64, 0, 0, 100, 127])
        #expect(quantized.weights[name]?.scales == [Float(1) / 127, 1, 1])
    }

    /// A channel whose weights are tiny or zero keeps its bias, which is then most of its output.
    @Test(arguments: [Float(0), 1e-9]) func biasesBesideTinyWeightsStay(weight: Float) throws {
        let network = try Fixtures.network("conv 1x1 -> 2 > bias > flatten > linear classes")
        var (model, _) = Fixtures.model(network)
        let names = model.graph.nodes.map(\.name)
        model.replace("\(names[1]).weight", by: Tensor([weight, weight, 1, 1], shape: [2, 2, 1, 1]))
        model.replace("\(names[2]).bias", by: Tensor([Float(0.7), -0.3], shape: [2]))
        let images = images(network, 4)
        let quantized = QuantizedModel(model, calibratedOn: [images])
        let found = quantized.model.tensors["\(names[2]).bias"]!.scalars(Float.self)
        #expect(abs(found[0] - 0.7) < 1e-5 && abs(found[1] + 0.3) < 1e-3)
        let run = try ONNXInterpreter(file: ONNXReader(quantized.onnx(name: "t"))).run(images)
        #expect(Fixtures.difference(run, quantized.logits(images)) < 0.02)
    }

    /// A convolution, its bias and its ReLU are stored once, after the ReLU. Max pooling keeps the grid.
    @Test func fusedOperatorsAreStoredOnce() throws {
        let network = try Fixtures.network("conv 3x3 -> 4 > norm > relu > max-pool 2x2 stride 2 > flatten > linear classes")
        let quantized = QuantizedModel(Fixtures.model(network).model, calibratedOn: [images(network, 4)])
        let stored = quantized.model.graph.nodes.map { quantized.grids[$0.name] }
        #expect(stored.map { $0 == nil } == [false, true, true, false, false, false, true])
        #expect(stored[3] == stored[4] && stored[4] == stored[5])
    }

    /// Eight bits instead of 32, and a few bytes for each operator and channel.
    @Test func theFileIsAQuarterOfTheSize() throws {
        let network = try Fixtures.network("conv 3x3 -> 64 > norm > relu > conv 3x3 -> 64 > norm > relu > global-avg-pool > linear classes")
        let model = Fixtures.model(network).model
        let size = QuantizedModel(model, calibratedOn: [images(network, 2)]).onnx(name: "t").count
        #expect(Double(size) < 0.28 * Double(model.onnx(name: "t").count))
    }
}
