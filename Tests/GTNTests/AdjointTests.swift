import Basics
import Networks
import Tensors
import Testing

@testable import GTN
@testable import SearchSpace

/// Returns the gradient by libtorch's differentiation of the unrolled training. It uses one graph over all steps and no hand-derived
/// formulas.
private func naiveGradient(
    _ network: Network, _ parameters: Tensor, _ curriculum: Curriculum, _ objective: Adjoint.Objective
) -> (loss: Double, gradient: [Tensor]) {
    let inputs = curriculum.tensors.map(\.leaf)
    var θ = network.layout.pieces(of: parameters).map(\.leaf)
    var v = θ.map { Tensor.zeros($0.shape, type: .float64) }
    var s = v
    var decayed = [Tensor.ones([], type: .float64), Tensor.ones([], type: .float64)]
    var total: Tensor?
    func add(_ part: Tensor) { total = total.map { $0 + part } ?? part }
    for step in 0..<curriculum.steps {
        let loss = crossEntropy(network.logits(inputs[0][step], parameters: θ), inputs[1][step])
        let g = gradients(of: loss, with: θ, createGraph: true)
        let (η, μ) = (inputs[2][step], inputs[3][step])
        // libtorch has no derivative of the root at zero, which occurs where every gradient was zero.
        let (ε, tiny) = (InnerOptimizer.epsilon, 1e-100)
        switch curriculum.optimizer {
        case .sgd:
            v = zip(v, g).map { $0 * μ + $1 }
            θ = zip(θ, v).map { $0 - $1 * η }
        case .rmsprop:
            let β = inputs[4][step]
            s = zip(s, g).map { $0 * β + $1 * $1 * (-β + 1) }
            v = v.indices.map { v[$0] * μ + g[$0] / ((s[$0] + tiny).squareRoot() + ε) }
            θ = zip(θ, v).map { $0 - $1 * η }
        case .adam:
            let β = inputs[4][step]
            decayed = [decayed[0] * μ, decayed[1] * β]
            v = zip(v, g).map { $0 * μ + $1 * (-μ + 1) }
            s = zip(s, g).map { $0 * β + $1 * $1 * (-β + 1) }
            θ = θ.indices.map { θ[$0] - v[$0] / (-decayed[0] + 1) / ((s[$0] / (-decayed[1] + 1) + tiny).squareRoot() + ε) * η }
        }
        if objective.trainingWeights[step] != 0 { add(loss * objective.trainingWeights[step]) }
        if objective.weights[step] != 0 {
            let realLoss =
                crossEntropy(network.logits(objective.batch!.images, parameters: θ), objective.batch!.labels) * objective.weights[step]
            add(realLoss)
        }
    }
    return (total!.item, gradients(of: total!, with: inputs))
}

@Suite struct AdjointTests {
    static let ends = [0, 0, 0, 1.0]
    static let along = [0.2, 0, 0.5, 1.0]

    @Test(arguments: Fixtures.fashionCells, [MemoryPolicy.keeping(0), .keeping(2), .keeping(100)])
    func equalsTheUnrolledGradient(cell: String, memory: MemoryPolicy) throws {
        let network = try Fixtures.network(cell)
        let curriculum = Fixtures.curriculum(steps: 4, batch: 5)
        let objective = Fixtures.objective(Self.ends)
        let naive = naiveGradient(network, Fixtures.initial(network), curriculum, objective)
        let result = try Adjoint(network, memory: memory, differentiation: .graphs).gradient(
            Fixtures.initial(network), curriculum, objective)
        #expect(abs(try #require(result.loss) - naive.loss) < 1e-12 * abs(naive.loss))
        for (own, expected) in zip(result.gradient.tensors, naive.gradient) {
            #expect(expected.dot(expected).item > 0)
            #expect(relativeError([own], [expected]) < 1e-9)
        }
    }

    @Test(arguments: Fixtures.fashionCells, [NormKind.batch, .meanOnly])
    func programGradientEqualsTheUnrolledGradient(cell: String, normKind: NormKind) throws {
        let network = try Fixtures.network(cell, normKind: normKind)
        let curriculum = Fixtures.curriculum(steps: 4, batch: 5)
        for weights in [Self.ends, Self.along] {
            let objective = Fixtures.objective(weights)
            let naive = naiveGradient(network, Fixtures.initial(network), curriculum, objective)
            let result = try Adjoint(network, memory: .standard, differentiation: .program).gradient(
                Fixtures.initial(network), curriculum, objective)
            for (own, expected) in zip(result.gradient.tensors, naive.gradient) { #expect(relativeError([own], [expected]) < 1e-9) }
        }
    }

    @Test(arguments: [InnerOptimizer.rmsprop, .adam])
    func equalsTheUnrolledGradientWithOtherOptimizers(optimizer: InnerOptimizer) throws {
        let network = try Fixtures.network(Fixtures.fashionCells[0])
        let curriculum = Fixtures.curriculum(steps: 4, batch: 5, optimizer: optimizer)
        for weights in [Self.ends, Self.along] {
            let objective = Fixtures.objective(weights)
            let naive = naiveGradient(network, Fixtures.initial(network), curriculum, objective)
            for (memory, differentiation) in [
                (MemoryPolicy.keeping(0), Differentiation.graphs), (.keeping(2), .graphs), (.standard, .program),
            ] {
                let result = try Adjoint(network, memory: memory, differentiation: differentiation).gradient(
                    Fixtures.initial(network), curriculum, objective)
                #expect(abs(try #require(result.loss) - naive.loss) < 1e-9 || weights == Self.along)
                #expect(result.gradient.tensors.count == 5)
                for (own, expected) in zip(result.gradient.tensors, naive.gradient) {
                    #expect(expected.dot(expected).item > 0)
                    #expect(relativeError([own], [expected]) < 1e-9)
                }
            }
        }
    }

    /// The objective is the fit to the curriculum on the last steps, alone or together with the loss on real images.
    @Test(arguments: InnerOptimizer.allCases, [[0, 0, 0, 0], Self.along])
    func trainingLossGradientEqualsTheUnrolledGradient(optimizer: InnerOptimizer, weights: [Double]) throws {
        let network = try Fixtures.network(Fixtures.fashionCells[0])
        let curriculum = Fixtures.curriculum(steps: 4, batch: 5, optimizer: optimizer)
        let real = Fixtures.objective(weights).batch!
        let trainingWeights = [0, 0, 0.4, 0.6]
        let objective =
            weights.allSatisfy { $0 == 0 }
            ? Adjoint.Objective(trainingWeights: trainingWeights)
            : Adjoint.Objective(images: real.images, labels: real.labels, weights: weights, trainingWeights: trainingWeights)
        let naive = naiveGradient(network, Fixtures.initial(network), curriculum, objective)
        for (memory, differentiation) in [(MemoryPolicy.keeping(0), Differentiation.graphs), (.keeping(2), .graphs), (.standard, .program)]
        {
            let result = try Adjoint(network, memory: memory, differentiation: differentiation).gradient(
                Fixtures.initial(network), curriculum, objective)
            #expect((result.loss == nil) == (weights.last == 0))
            if weights.last == 0 { #expect(abs(result.trainingLoss - naive.loss) < 1e-9) }
            for (own, expected) in zip(result.gradient.tensors, naive.gradient) {
                #expect(expected.dot(expected).item > 0)
                #expect(relativeError([own], [expected]) < 1e-9)
            }
        }
    }

    /// Training is identical up to the evaluated step. Before the window, the gradient is zero.
    @Test(arguments: InnerOptimizer.allCases)
    func windowedGradientCoversOnlyItsSteps(optimizer: InnerOptimizer) throws {
        let network = try Fixtures.network(Fixtures.fashionCells[0])
        let whole = Fixtures.curriculum(steps: 4, batch: 5, optimizer: optimizer)
        let objective = Fixtures.objective([0, 0, 1])
        for differentiation in [Differentiation.graphs, .program] {
            let adjoint = Adjoint(network, memory: .keeping(1), differentiation: differentiation)
            let full = try adjoint.gradient(Fixtures.initial(network), whole.prefix(3), objective)
            let window = try adjoint.gradient(Fixtures.initial(network), whole.prefix(3), objective, from: 1)
            #expect(window.loss == full.loss)
            let padded = window.gradient.padded(to: 4)
            for (own, expected) in zip(padded.tensors, full.gradient.tensors) {
                #expect(own.shape[0] == 4)
                #expect(own[0].dot(own[0]).item == 0)
                #expect(own[3].dot(own[3]).item == 0)
                #expect(own[1].dot(own[1]).item > 0)
                #expect(relativeError([own.slice(1..<3)], [expected.slice(1..<3)]) < 1e-12)
            }
        }
    }

    /// Every layer of the search-space language, in a network with norms.
    static let layers =
        [
            "conv 3x3 stride 2 > norm", "conv 3x3 dilation 2 groups 2 > norm", "conv 3x3 padding 0 -> 5 > bias", "avg-pool 3x3 stride 2",
            "max-pool 2x2 padding 1",
            "norm", "group-norm 2 > relu > group-norm in", "identity + zero", "global-avg-pool > linear 3", "flatten > linear 4",
            "squeeze-excite 2", "dropout 0.3",
            "drop-path 0.3",
        ] + Activation.allCases.map(\.rawValue)

    @Test func layersCoverTheLanguage() {
        let named = Set(Self.layers.flatMap { $0.split(separator: " ").map(String.init) })
        for word in Primitive.named.keys { #expect(named.contains(word), "\(word)") }
    }

    @Test(arguments: layers)
    func equalsTheUnrolledGradientForEveryLayer(layer: String) throws {
        let text = "space t image 1x8x8 classes 3 network { conv 3x3 -> 4 > norm > (\(layer)) > tanh > global-avg-pool > linear classes }"
        let space = try SearchSpace.parse(text, file: "t")
        let network = Network(space.graph(of: try space.architecture("")))
        let (curriculum, objective) = (Fixtures.curriculum(steps: 3, batch: 5), Fixtures.objective([0, 0.3, 1]))
        let naive = naiveGradient(network, Fixtures.initial(network), curriculum, objective)
        for (memory, differentiation) in [
            (MemoryPolicy.keeping(0), Differentiation.graphs), (.keeping(1), .graphs), (.keeping(3), .graphs), (.standard, .program),
        ] {
            let result = try Adjoint(network, memory: memory, differentiation: differentiation).gradient(
                Fixtures.initial(network), curriculum, objective)
            #expect(relativeError(result.gradient.tensors, naive.gradient) < 1e-9)
        }
    }

    @Test(arguments: Fixtures.fashionCells)
    func equalsTheUnrolledGradientWithIntermediateLosses(cell: String) throws {
        let network = try Fixtures.network(cell)
        let curriculum = Fixtures.curriculum(steps: 4, batch: 5)
        let objective = Fixtures.objective(Self.along)
        let naive = naiveGradient(network, Fixtures.initial(network), curriculum, objective)
        let result = try Adjoint(network, memory: .keeping(1), differentiation: .graphs).gradient(
            Fixtures.initial(network), curriculum, objective)
        #expect(relativeError(result.gradient.tensors, naive.gradient) < 1e-9)
    }

    @Test(arguments: Fixtures.fashionCells)
    func equalsTheUnrolledGradientWithWeightNorm(cell: String) throws {
        let network = try Fixtures.network(cell, normKind: .meanOnly)
        let curriculum = Fixtures.curriculum(steps: 4, batch: 5)
        let objective = Fixtures.objective(Self.ends)
        let naive = naiveGradient(network, Fixtures.initial(network), curriculum, objective)
        let result = try Adjoint(network, memory: .keeping(2), differentiation: .graphs).gradient(
            Fixtures.initial(network), curriculum, objective)
        #expect(relativeError(result.gradient.tensors, naive.gradient) < 1e-9)
    }

    /// Central differences of the trained learner's loss along random directions of the whole curriculum, with first-order training only.
    @Test(arguments: Fixtures.fashionCells, [NormKind.batch, .meanOnly])
    func equalsFiniteDifferences(cell: String, normKind: NormKind) throws {
        for differentiation in [Differentiation.graphs, .program] {
            try equalsFiniteDifferences(cell, normKind, differentiation, .sgd)
        }
    }

    @Test(arguments: [InnerOptimizer.rmsprop, .adam])
    func equalsFiniteDifferencesWithOtherOptimizers(optimizer: InnerOptimizer) throws {
        try equalsFiniteDifferences(Fixtures.fashionCells[0], .batch, .program, optimizer)
    }

    private func equalsFiniteDifferences(
        _ cell: String, _ normKind: NormKind, _ differentiation: Differentiation, _ optimizer: InnerOptimizer
    ) throws {
        let network = try Fixtures.network(cell, normKind: normKind)
        var curriculum = Fixtures.curriculum(steps: 4, batch: 5, optimizer: optimizer)
        // Large learning rates curve the loss too much for finite differences.
        curriculum.learningRate = curriculum.learningRate * 0.2
        let objective = Fixtures.objective(Self.ends)
        let initial = Fixtures.initial(network)
        func loss(_ curriculum: Curriculum) -> Double {
            let trained = InnerLoop(network, differentiation: differentiation).train(initial, on: curriculum).parameters
            return withoutGradients {
                crossEntropy(
                    network.logits(objective.batch!.images, parameters: network.layout.pieces(of: trained)), objective.batch!.labels
                ).item
            }
        }
        let result = try Adjoint(network, memory: .standard, differentiation: differentiation).gradient(initial, curriculum, objective)
        let random = TensorGenerator(seed: 9)
        for part in curriculum.tensors.indices {
            let direction = random.normal(curriculum.tensors[part].shape, type: .float64)
            let h = 1e-6
            func moved(_ by: Double) -> Curriculum {
                var tensors = curriculum.tensors
                tensors[part] = tensors[part] + direction * by
                return Curriculum(tensors, optimizer)
            }
            let difference = (loss(moved(h)) - loss(moved(-h))) / (2 * h)
            let product = result.gradient.tensors[part].dot(direction).item
            // Rectifiers and maxima have kinks, which a step this small rarely meets.
            #expect(abs(difference - product) < 1e-5 * max(1, abs(product)))
        }
    }

    @Test func memoryPoliciesAgreeInSinglePrecision() throws {
        let network = try Fixtures.network(Fixtures.fashionCells[0])
        let curriculum = Fixtures.curriculum(steps: 4, batch: 5).map { $0.to(.float32) }
        let double = Fixtures.objective(Self.ends)
        let objective = Adjoint.Objective(
            images: double.batch!.images.to(.float32), labels: double.batch!.labels.to(.float32), weights: double.weights)
        let initial = Fixtures.initial(network).to(.float32)
        let kept = try Adjoint(network, memory: .keeping(4), differentiation: .graphs).gradient(initial, curriculum, objective)
        let rebuilt = try Adjoint(network, memory: .keeping(0), differentiation: .graphs).gradient(initial, curriculum, objective)
        let program = try Adjoint(network, memory: .standard, differentiation: .program).gradient(initial, curriculum, objective)
        #expect(relativeError(kept.gradient.tensors, rebuilt.gradient.tensors) < 1e-4)
        #expect(relativeError(program.gradient.tensors, kept.gradient.tensors) < 1e-4)
    }

    @Test func divergenceThrows() throws {
        let network = try Fixtures.network(Fixtures.fashionCells[0])
        var curriculum = Fixtures.curriculum(steps: 4, batch: 5)
        curriculum.images = curriculum.images * .nan
        #expect(throws: Adjoint.Failure.diverged) {
            try Adjoint(network, memory: .standard).gradient(Fixtures.initial(network), curriculum, Fixtures.objective(Self.ends))
        }
        #expect(throws: Adjoint.Failure.diverged) {
            try Adjoint(network, memory: .standard).gradient(
                Fixtures.initial(network), Fixtures.curriculum(steps: 4, batch: 5), Fixtures.objective(Self.ends), explosion: 1e-9)
        }
    }

    @Test func stopsBetweenSteps() throws {
        let network = try Fixtures.network(Fixtures.fashionCells[0])
        var asked = 0
        #expect(throws: Adjoint.Failure.stopped) {
            try Adjoint(network, memory: .standard).gradient(
                Fixtures.initial(network), Fixtures.curriculum(steps: 4, batch: 5), Fixtures.objective(Self.ends)
            ) {
                asked += 1
                return asked > 6
            }
        }
        #expect(asked == 7)
    }

    @Test func weightsFavorTheLastStep() {
        #expect(Adjoint.Objective.weights(steps: 3, intermediate: 0) == [0, 0, 1])
        #expect(Adjoint.Objective.weights(steps: 3, intermediate: 1) == [0.5, 0.5, 1])
        #expect(Adjoint.Objective.weights(steps: 1, intermediate: 1) == [1])
    }
}
