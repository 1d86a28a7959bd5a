import Foundation
import Networks
import SearchSpace
import Tensors
import Testing

@testable import Export

/// Compares the code of small networks word for word. Scripts/check-export runs such code and compares its results.
@Suite struct InferenceModelPyTorchTests {
    private func code(_ layers: String, folded: Bool = false) throws -> String {
        let (model, _) = Fixtures.model(try Fixtures.network(layers))
        return (folded ? model.folded().model : model).pyTorch(name: "t", checkpoint: "t.safetensors")
    }

    /// Returns the lines between two others.
    private func lines(_ code: String, from first: String, to last: String) -> [String] {
        let all = code.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        guard let start = all.firstIndex(where: { $0.hasPrefix(first) }) else { return [] }
        return Array(all[(start + 1)...].prefix { !$0.hasPrefix(last) })
    }

    private func forward(_ layers: String, folded: Bool = false) throws -> [String] {
        lines(try code(layers, folded: folded), from: "image = ", to: "def load")
    }

    private func constructor(_ layers: String, folded: Bool = false) throws -> [String] {
        lines(try code(layers, folded: folded), from: "self.register_buffer(\"std\"", to: "def forward")
    }

    @Test func aChainIsOneLine() throws {
        let layers = "stem: conv 3x3 -> 4 > norm > relu\nhead: global-avg-pool > linear classes"
        #expect(
            try constructor(layers) == [
                "self.stem_conv = nn.Conv2d(2, 4, 3, padding=1, bias=False)", "self.stem_norm = nn.BatchNorm2d(4, eps=1e-05)",
                "self.head_linear = nn.Linear(4, 5)",
            ])
        #expect(try forward(layers) == ["return self.head_linear(F.relu(self.stem_norm(self.stem_conv(image))).mean((2, 3)))"])
        #expect(
            try constructor(layers, folded: true) == [
                "self.stem_conv = nn.Conv2d(2, 4, 3, padding=1)", "self.head_linear = nn.Linear(4, 5)",
            ])
        #expect(try lines(code(layers, folded: true), from: "BIASES", to: "}") == ["\"stem_conv\": \"stem/norm\","])
    }

    @Test func everyOptionOfAConvolution() throws {
        #expect(
            try constructor("conv 5x3 stride 2 -> 6 > conv 3x3 dilation 2 groups 3 -> 9 > conv 3x3 padding 0 > flatten > linear classes")
                .dropLast() == [
                    "self.conv = nn.Conv2d(2, 6, (5, 3), stride=2, padding=(2, 1), bias=False)",
                    "self.conv2 = nn.Conv2d(6, 9, 3, padding=2, dilation=2, groups=3, bias=False)",
                    "self.conv3 = nn.Conv2d(9, 9, 3, bias=False)",
                ])
    }

    @Test(arguments: [
        ("avg-pool 3x3 stride 2", "F.avg_pool2d(image, 3, stride=2, padding=1, count_include_pad=False)"),
        ("max-pool 3x1", "F.max_pool2d(image, (3, 1), stride=1, padding=(1, 0))"),
        ("bias", "self.bias(image)"), ("group-norm 2", "self.group_norm(image)"), ("relu6", "F.relu6(image)"),
        ("leaky-relu", "F.leaky_relu(image, 0.1)"), ("swish", "F.silu(image)"),
        ("hard-swish", "F.hardswish(image)"), ("sigmoid", "torch.sigmoid(image)"), ("tanh", "torch.tanh(image)"), ("gelu", "F.gelu(image)"),
        ("dropout 0.5 > drop-path 0.5 > identity", "self.linear(image.flatten(1))"),
        ("identity + zero", "image + image.new_zeros(len(image), 2, 11, 9)"),
        ("identity + relu", "(image + F.relu(image))"),
    ])
    func everyLayer(layer: String, python: String) throws {
        #expect(try forward("(\(layer)) > flatten > linear classes").joined(separator: "\n").contains(python))
    }

    /// Vectors are added as vectors; in a sum with a map, they become maps.
    @Test func vectorsAndMaps() throws {
        let vectors = try forward("((flatten > linear 6) + (flatten > linear 6)) > sigmoid > linear classes > tanh")
        #expect(
            vectors == [
                "sigmoid = torch.sigmoid(self.linear(image.flatten(1)) + self.linear2(image.flatten(1)))  # 6×1×1",
                "return torch.tanh(self.linear3(sigmoid))",
            ])
        let mixed = try forward("((flatten > linear 2) + (global-avg-pool > tanh > conv 1x1)) > linear classes")
        #expect(
            mixed == [
                """
                sum = self.linear(image.flatten(1))[:, :, None, None] + self.conv(torch.tanh(image.mean((2, 3)))[:, :, None, None])  # \
                2×1×1
                """,
                "return self.linear2(sum.flatten(1))",
            ])
    }

    /// Names that Python or PyTorch use are replaced.
    @Test func replacesReservedNames() throws {
        let graph = LayerGraph(
            nodes: [
                .init(.input, inputs: [], output: FeatureShape(2, 3, 3), name: "image"),
                .init(.bias(channels: 2), inputs: [0], output: FeatureShape(2, 3, 3), name: "train"),
                .init(.bias(channels: 2), inputs: [1], output: FeatureShape(2, 3, 3), name: "a/b"),
                .init(.bias(channels: 2), inputs: [2], output: FeatureShape(2, 3, 3), name: "a-b"),
                .init(.bias(channels: 2), inputs: [3], output: FeatureShape(2, 3, 3), name: "1x1"),
                .init(.flatten, inputs: [4], output: FeatureShape(18, 1, 1), name: "flat"),
                .init(.linear(inputs: 18, outputs: 2), inputs: [5], output: FeatureShape(2, 1, 1), name: "return"),
            ], output: 6)
        let (model, _) = Fixtures.model(Network(graph))
        let code = model.pyTorch(name: "t", checkpoint: "t.safetensors")
        #expect(
            lines(code, from: "LAYERS", to: "}") == [
                "\"train_2\": \"train\",", "\"a_b\": \"a/b\",", "\"a_b_2\": \"a-b\",", "\"layer_1x1\": \"1x1\",",
                "\"return_2\": \"return\",",
            ])
    }
}
