import Networks
import SearchSpace
import Tensors

@testable import Export

/// Networks with random tensors, and their logits for random images.
enum Fixtures {
    static var root: String { #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } }

    /// Two channels and oblong images, so that axes cannot be confused.
    static let (mean, deviation) = ([0.3, 0.6], [0.2, 0.5])

    /// A network on images of 2 × 11 × 9, from statements of the search-space language.
    static func network(_ layers: String, normKind: NormKind = .batch) throws -> Network {
        let space = try SearchSpace.parse("space t image 2x11x9 classes 5 network { \(layers) }", file: "t")
        return Network(space.graph(of: try space.architecture("")), normKind: normKind)
    }

    /// Random tensors. The norm statistics are far from the network's.
    static func model(_ network: Network, mean: [Double] = mean, deviation: [Double] = deviation) -> (
        model: InferenceModel, logits: (Tensor) -> Tensor
    ) {
        let random = TensorGenerator(seed: 3)
        let flat = network.layout.initialValues(using: random) + random.normal([network.layout.count]) * 0.1
        let pieces = network.layout.pieces(of: flat)
        let statistics = network.graph.nodes.compactMap { node -> NormStatistics? in
            guard case .norm(let channels) = node.layer else { return nil }
            return NormStatistics(mean: random.normal([channels]) * 0.3, variance: random.uniform([channels]) + 0.3)
        }
        let model = InferenceModel(
            network, parameters: pieces, statistics: statistics, mean: mean, standardDeviation: deviation, facts: ["space": "t"])
        let perChannel = [1, mean.count, 1, 1]
        return (
            model,
            { images in
                let normalized = (images - Tensor(mean, shape: perChannel).to(.float32)) / Tensor(deviation, shape: perChannel).to(.float32)
                return withoutGradients { network.logits(normalized, parameters: pieces, statistics: .given(statistics)) }
            }
        )
    }

    static func images(_ count: Int, _ shape: FeatureShape) -> Tensor {
        TensorGenerator(seed: 8).uniform([count, shape.channels, shape.height, shape.width])
    }

    /// Returns the maximum difference relative to the maximum magnitude.
    static func difference(_ a: Tensor, _ b: Tensor) -> Double {
        (a - b).magnitude().max().item / max(1e-9, b.magnitude().max().item)
    }

    /// A network for each kind of layer, with the operators that represent it.
    static let layers: [(layers: String, operations: Set<String>)] =
        [
            ("conv 3x3 -> 4 > flatten > linear classes", ["Conv", "Flatten", "Gemm"]),
            (
                "conv 5x3 stride 2 -> 6 > conv 3x3 dilation 2 groups 3 -> 9 > conv 3x3 padding 0 > global-avg-pool > linear classes",
                ["Conv", "GlobalAveragePool"]
            ),
            ("norm > conv 1x1 -> 4 > norm > bias > norm > global-avg-pool > linear classes", ["BatchNormalization", "Add"]),
            ("conv 3x3 -> 4 > bias > bias > global-avg-pool > linear classes", ["Conv", "Add"]),
            ("bias > flatten > linear classes", ["Add"]),
            (
                "group-norm in > conv 3x3 -> 6 > group-norm 3 > relu > global-avg-pool > group-norm 2 > linear classes",
                ["InstanceNormalization", "Reshape"]
            ),
            ("avg-pool 3x3 stride 2 > avg-pool 3x1 > flatten > linear classes", ["AveragePool"]),
            ("max-pool 3x3 stride 2 > max-pool 2x3 stride 1 padding 0 > flatten > linear classes", ["MaxPool"]),
            ("((conv 3x3 -> 4) + (conv 1x1 -> 4)) > relu > (identity + relu + tanh) > global-avg-pool > linear classes", ["Sum", "Add"]),
            ("conv 3x3 -> 8 > squeeze-excite 4 > global-avg-pool > linear classes", ["Mul", "Unsqueeze"]),
            ("(identity + zero) > flatten > linear classes", ["ConstantOfShape", "Concat", "Shape"]),
            ("dropout 0.5 > drop-path 0.5 > identity > flatten > linear classes", []),
            ("flatten > linear 7 > relu > linear 6 > tanh > linear classes > identity", ["Gemm"]),
            ("((flatten > linear 6) + (flatten > linear 6)) > sigmoid > linear classes > tanh", ["Unsqueeze"]),
        ] + Activation.allCases.map { ("conv 3x3 -> 4 > \($0.rawValue) > global-avg-pool > \($0.rawValue) > linear classes", []) }
}
