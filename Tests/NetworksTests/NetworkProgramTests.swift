import Basics
@testable import CLearner
@testable import Networks
import SearchSpace
import Tensors
import TestSupport
import Testing

/// Compares the compiled network with libtorch's differentiation of the same network, in float64.
@Suite(.serialized) struct NetworkProgramTests {
    /// Weight of the loss that is added to the product.
    private static let lossWeight = 0.7

    /// Returns libtorch's ℓ, g = ∇θ ℓ and the derivatives of ⟨g, d⟩ and of ⟨g, d⟩ + w ℓ.
    private func reference(
        _ network: Network, _ flat: Tensor, _ d: Tensor, _ images: Tensor, _ labels: Tensor
    ) -> (loss: Double, gradient: Tensor, products: [Tensor], withLoss: [Tensor]) {
        let θ = network.layout.pieces(of: flat).map(\.leaf)
        let (x, y) = (images.leaf, labels.leaf)
        let loss = -(network.logits(x, parameters: θ).logSoftmax(1) * y).sum() / Double(images.shape[0])
        let g = gradients(of: [loss], with: θ, createGraph: true)
        let used = g.indices.filter { g[$0]?.requiresGradients ?? false }
        let directions = network.layout.pieces(of: d)
        func derivatives(_ values: [Tensor], _ cotangents: [Tensor]) -> [Tensor] {
            let products = gradients(of: values, cotangents: cotangents, with: θ + [x, y], retainGraph: true)
            func orZeros(_ product: Tensor?, _ like: Tensor) -> Tensor { product ?? Tensor.zeros(like.shape, type: .float64) }
            return [
                network.layout.flat(Array(products[..<θ.count]), like: flat), orZeros(products[θ.count], x),
                orZeros(products[θ.count + 1], y),
            ]
        }
        let (values, cotangents) = (used.map { g[$0]! }, used.map { directions[$0] })
        return (
            loss.item, network.layout.flat(g.map { $0?.detached }, like: flat), derivatives(values, cotangents),
            derivatives(values + [loss], cotangents + [Tensor.full(Self.lossWeight, [], type: .float64)])
        )
    }

    private func error(_ a: Tensor, _ b: Tensor) -> Double {
        let difference = (a - b).dot(a - b).item, size = b.dot(b).item
        return size == 0 ? difference.squareRoot() : (difference / size).squareRoot()
    }

    private func check(_ network: Network, batch: Int, seed: UInt64, sourceLocation: SourceLocation = #_sourceLocation) {
        let random = TensorGenerator(seed: seed)
        let shape = network.graph.inputShape
        let images = random.normal([batch, shape.channels, shape.height, shape.width], type: .float64)
        // Labels are not probabilities, because formulas must not assume rows that sum to one.
        let labels = random.uniform([batch, network.graph.classes], type: .float64)
        let flat =
            network.layout.initialValues(using: random, type: .float64) + random.normal([network.layout.count], type: .float64) * 0.05
        let d = random.normal([network.layout.count], type: .float64)
        let expected = reference(network, flat, d, images, labels)
        let (program, workspace) = (NetworkProgram(network), NetworkProgram.Workspace())
        let (loss, gradient) = program.gradient(flat, images, labels, in: workspace)
        #expect(abs(loss - expected.loss) < 1e-11 * abs(expected.loss), sourceLocation: sourceLocation)
        #expect(error(gradient, expected.gradient) < 1e-9, sourceLocation: sourceLocation)
        let products = program.products(flat, along: d, images, labels, in: workspace)
        for (own, product) in zip([products.parameters, products.images, products.labels], expected.products) {
            #expect(error(own, product) < 1e-9, sourceLocation: sourceLocation)
        }
        let withLoss = program.products(flat, along: d, lossWeight: Self.lossWeight, images, labels, in: workspace)
        for (own, product) in zip([withLoss.parameters, withLoss.images, withLoss.labels], expected.withLoss) {
            #expect(error(own, product) < 1e-9, sourceLocation: sourceLocation)
        }
        let pieces = network.layout.pieces(of: flat)
        withoutGradients {
            let theirs = network.logits(
                images, parameters: pieces, statistics: .given(network.statistics(on: images, parameters: pieces)))
            let own = program.logits(flat, images, statistics: program.statistics(flat, on: images, in: workspace), in: workspace)
            #expect(error(own, theirs) < 1e-9, sourceLocation: sourceLocation)
        }
    }

    @Test(.slow, arguments: Shipped.spaces, [NormKind.batch, .meanOnly])
    func equalsLibtorchOnEveryShippedSpace(name: String, normKind: NormKind) throws {
        let space = try Shipped.load(name)
        var random = SeededGenerator(seed: 11)
        for index in 0..<6 {
            let architecture = space.sample(using: &random)
            // Also as written, with zeros, identities and dead branches.
            let graph = index % 2 == 0 ? space.canonicalGraph(of: architecture) : space.graph(of: architecture)
            check(Network(graph, normKind: normKind), batch: 3, seed: UInt64(index))
        }
    }

    /// Batches of less than a chunk, of one chunk, and of several chunks with a padded last one.
    @Test(arguments: [2, 32, 70])
    func equalsLibtorchForEveryBatch(batch: Int) throws {
        let space = try Shipped.load("fashion")
        for notation in ["conv3x3.sep3x3,skip.avg3x3,max3x3,conv1x1", "max3x3.conv3x3,avg3x3.none,skip,conv1x1"] {
            check(Network(space.canonicalGraph(of: try space.architecture(notation))), batch: batch, seed: 5)
        }
    }

    /// In a separate process: the instruction set is chosen for the whole process, where other tests compare results bit by bit.
    @Test func everyInstructionSetEqualsLibtorch() async {
        await #expect(processExitsWith: .success) {
            for level in 0...cl_best_instructions().rawValue {
                cl_use_instructions(cl_instructions(rawValue: level))
                let space = try Shipped.load("nas-bench-201")
                NetworkProgramTests().check(Network(space.canonicalGraph(of: space.sample(seed: 3))), batch: 5, seed: 1)
                let mobile = try Shipped.load("mobile")
                NetworkProgramTests().check(Network(mobile.canonicalGraph(of: mobile.sample(seed: 4))), batch: 5, seed: 2)
            }
        }
    }

    /// Every activation, with windows, strides, paddings, dilations and groups that no shipped space combines.
    @Test(arguments: Activation.allCases)
    func equalsLibtorchForUnusualLayers(activation: Activation) throws {
        func convolution(_ inputs: Int, _ outputs: Int, _ kernel: Window, _ stride: Int, _ padding: Window, _ dilation: Int, _ groups: Int)
            -> Layer
        {
            .convolution(
                inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups)
        }
        let nodes: [LayerGraph.Node] = [
            .init(.input, inputs: [], output: FeatureShape(2, 11, 9), name: "image"),
            .init(.activation(activation), inputs: [0], output: FeatureShape(2, 11, 9), name: "early"),
            .init(
                .averagePool(kernel: Window(2, 3), stride: 1, padding: Window(0, 1)), inputs: [1], output: FeatureShape(2, 10, 9),
                name: "pool"),
            .init(convolution(2, 13, Window(5, 4), 2, Window(2, 1), 1, 1), inputs: [2], output: FeatureShape(13, 5, 4), name: "a"),
            .init(.norm(channels: 13), inputs: [3], output: FeatureShape(13, 5, 4), name: "a/norm"),
            .init(.activation(activation), inputs: [4], output: FeatureShape(13, 5, 4), name: "a/act"),
            .init(convolution(13, 12, Window(1, 1), 1, Window(0, 0), 1, 1), inputs: [5], output: FeatureShape(12, 5, 4), name: "b"),
            .init(convolution(12, 6, Window(3, 3), 1, Window(2, 2), 2, 3), inputs: [6], output: FeatureShape(6, 5, 4), name: "c"),
            .init(
                .maxPool(kernel: Window(3, 2), stride: 1, padding: Window(1, 0)), inputs: [7], output: FeatureShape(6, 5, 3), name: "max"),
            .init(
                .averagePool(kernel: Window(3, 2), stride: 1, padding: Window(1, 0)), inputs: [7], output: FeatureShape(6, 5, 3),
                name: "avg"),
            .init(.concatenation, inputs: [8, 9], output: FeatureShape(12, 5, 3), name: "joined"),
            .init(.globalAveragePool, inputs: [10], output: FeatureShape(12, 1, 1), name: "means"),
            .init(.linear(inputs: 12, outputs: 12), inputs: [11], output: FeatureShape(12, 1, 1), name: "excite"),
            .init(.activation(activation), inputs: [12], output: FeatureShape(12, 1, 1), name: "excite/act"),
            .init(.scale, inputs: [10, 13], output: FeatureShape(12, 5, 3), name: "scaled"),
            .init(.sum, inputs: [14, 10, 14], output: FeatureShape(12, 5, 3), name: "sum"),
            .init(
                convolution(12, 12, Window(3, 3), 2, Window(1, 1), 1, 12), inputs: [15], output: FeatureShape(12, 3, 2), name: "depthwise"),
            .init(.globalAveragePool, inputs: [16], output: FeatureShape(12, 1, 1), name: "head/means"),
            .init(.linear(inputs: 12, outputs: 7), inputs: [17], output: FeatureShape(7, 1, 1), name: "head"),
        ]
        for normKind in NormKind.allCases {
            check(Network(LayerGraph(nodes: nodes, output: nodes.count - 1), normKind: normKind), batch: 4, seed: 7)
        }
    }

    @Test(arguments: ClassicNetwork.allCases, [3, 33])
    func equalsLibtorchOnClassicNetworks(classic: ClassicNetwork, batch: Int) throws {
        let space = try classic.space.with(image: FeatureShape(2, 16, 14), classes: 3)
        check(Network(space.canonicalGraph(of: try space.architecture(""))), batch: batch, seed: 3)
    }

    /// Biases of the image, in sums and in sequence; maps with and without gaps between planes, as vectors.
    @Test(arguments: [FeatureShape(3, 4, 8), FeatureShape(2, 3, 5)])
    func equalsLibtorchForBiasesAndVectors(image: FeatureShape) throws {
        let layers =
            """
            bias > (identity + bias + (conv 3x3 > bias > bias)) > bias > ((flatten > linear 6) + (flatten > bias > linear 6)) > tanh > \
            linear classes
            """
        let space = try SearchSpace.parse(
            "space t image \(image.channels)x\(image.height)x\(image.width) classes 4 network { \(layers) }", file: "t")
        check(Network(space.graph(of: try space.architecture(""))), batch: 5, seed: 4)
        check(Network(space.canonicalGraph(of: try space.architecture(""))), batch: 35, seed: 4)
    }

    private func groupNorms(_ image: FeatureShape = FeatureShape(6, 5, 3), normKind: NormKind = .batch) throws -> Network {
        let layers =
            "group-norm 2 > conv 3x3 -> 8 > group-norm 4 > swish > (identity + group-norm 1 + group-norm in + (zero > bias > group-norm 2))"
            + " > norm > max-pool 3x3 stride 2 > group-norm 2 > global-avg-pool > group-norm 4 > linear classes"
        let space = try SearchSpace.parse(
            "space t image \(image.channels)x\(image.height)x\(image.width) classes 4 network { \(layers) }", file: "t")
        return Network(space.graph(of: try space.architecture("")), normKind: normKind)
    }

    /// Group norms of the image, of values with other readers, of constants and of vectors, with each instruction set.
    @Test func equalsLibtorchForGroupNorms() async {
        await #expect(processExitsWith: .success) {
            for level in 0...cl_best_instructions().rawValue {
                cl_use_instructions(cl_instructions(rawValue: level))
                for normKind in NormKind.allCases {
                    let network = try NetworkProgramTests().groupNorms(normKind: normKind)
                    for batch in [1, 5, 70] { NetworkProgramTests().check(network, batch: batch, seed: 6) }
                }
            }
        }
    }

    /// ∂⟨∇ℓ, d⟩/∂θ equals the change of the gradient along d, by central differences.
    @Test func productsOfGroupNormsAreDifferencesOfGradients() throws {
        let network = try groupNorms()
        let random = TensorGenerator(seed: 4)
        let images = random.normal([5, 6, 5, 3], type: .float64)
        let labels = Tensor((0..<5).map { Int64($0 % 4) }).oneHot(classes: 4, type: .float64)
        let flat = network.layout.initialValues(using: random, type: .float64) + random.normal([network.layout.count], type: .float64) * 0.1
        let d = random.normal([network.layout.count], type: .float64)
        let (program, workspace) = (NetworkProgram(network), NetworkProgram.Workspace())
        let step = 1e-5
        func gradient(_ factor: Double) -> Tensor { program.gradient(flat + d * (factor * step), images, labels, in: workspace).gradient }
        // Fourth order.
        let differences = ((gradient(1) - gradient(-1)) * 8 - (gradient(2) - gradient(-2))) / (12 * step)
        #expect(error(program.products(flat, along: d, images, labels, in: workspace).parameters, differences) < 1e-7)
    }

    /// An image's logits depend neither on the other images of its batch nor on statistics.
    @Test func groupNormsTreatImagesIndependently() throws {
        let layers = "group-norm 2 > conv 3x3 -> 8 > group-norm in > relu > global-avg-pool > linear classes"
        let space = try SearchSpace.parse("space t image 6x5x3 classes 4 network { \(layers) }", file: "t")
        let network = Network(space.graph(of: try space.architecture("")))
        #expect(!network.graph.hasNorms)
        let random = TensorGenerator(seed: 4)
        let flat = network.layout.initialValues(using: random)
        let images = random.normal([33, 6, 5, 3])
        let (program, none) = (NetworkProgram(network), Tensor.zeros([0]))
        let all = program.logits(flat, images, statistics: none, in: .init())
        let last = program.logits(flat, images.slice(32..<33), statistics: none, in: .init())
        #expect(all[32].doubles == last[0].doubles)
    }

    @Test func singlePrecisionAgreesWithDouble() throws {
        let space = try Shipped.load("nas-bench-201")
        let network = Network(space.canonicalGraph(of: space.sample(seed: 3)))
        let random = TensorGenerator(seed: 1)
        let images = random.normal([40, 3, 16, 16], type: .float64)
        let labels = Tensor((0..<40).map { Int64($0 % 10) }).oneHot(classes: 10, type: .float64)
        let flat = network.layout.initialValues(using: random, type: .float64)
        let d = random.normal([network.layout.count], type: .float64)
        let (program, workspace) = (NetworkProgram(network), NetworkProgram.Workspace())
        let exact = program.products(flat, along: d, images, labels, in: workspace)
        let single = program.products(
            flat.to(.float32), along: d.to(.float32), images.to(.float32), labels.to(.float32), in: workspace)
        #expect(error(single.parameters.to(.float64), exact.parameters) < 1e-4)
        #expect(error(single.images.to(.float64), exact.images) < 1e-4)
    }

    @Test func aNaNReachesTheLoss() throws {
        let space = try Shipped.load("fashion")
        let network = Network(space.canonicalGraph(of: try space.architecture("max3x3.conv3x3,avg3x3.none,skip,conv1x1")))
        let images = TensorGenerator(seed: 1).normal([4, 3, 16, 16]) * Double.nan
        let labels = Tensor((0..<4).map(Int64.init)).oneHot(classes: 10)
        let flat = network.layout.initialValues(using: TensorGenerator(seed: 2))
        #expect(!NetworkProgram(network).gradient(flat, images, labels, in: .init()).loss.isFinite)
    }
}

extension SearchSpace {
    fileprivate func sample(seed: UInt64) -> Architecture {
        var random = SeededGenerator(seed: seed)
        return sample(using: &random)
    }
}
