import Basics
import Datasets
import Networks
import SearchSpace
import Tensors
import Testing

@testable import GTN

@Suite struct TrainingCourseTests {
    private static let task = Fixtures.fashionMNIST
    private static let images = Array(task.splits.train.prefix(700))

    private static func network(_ normKind: NormKind = .batch) throws -> Network {
        let space = try SearchSpace.load(path: Fixtures.root + "/SearchSpaces/fashion.space").with(settings: [("channels", "4")])
        return Network(space.canonicalGraph(of: try space.architecture("conv3x3.skip,conv1x1.avg3x3,sep3x3,max3x3")), normKind: normKind)
    }

    /// A network of a space without choices, for the task's images.
    private static func network(_ layers: String) throws -> Network {
        let space = try SearchSpace.parse("space t image 1x28x28 classes 10 network { \(layers) }", file: "t")
        return Network(space.canonicalGraph(of: try space.architecture("")))
    }

    /// Computed by NumPy 2.4: 0.9 · eye(4)[[2, 0]] + 0.1 / 4.
    @Test func smoothedLabels() {
        let labels = Tensor([Int64(2), 0]).oneHot(classes: 4, type: .float64)
        let expected = [0.025, 0.025, 0.925, 0.025, 0.925, 0.025, 0.025, 0.025]
        for (value, other) in zip(TrainingCourse.smoothed(labels, by: 0.1).doubles, expected) { #expect(abs(value - other) < 1e-15) }
        #expect(TrainingCourse.smoothed(labels, by: 0).doubles == labels.doubles)
    }

    /// Computed by NumPy 2.4: d = min(0.25, (1 + n) / (10 + n)); a = d · a + (1 − d) · θ, for n = 1, 2, 3.
    @Test func averagesOfIterates() {
        let iterates = [[2.0, 0.0], [0.5, 1.0], [-1.0, 3.0]]
        let expected = [
            [1.8181818181818181, -0.36363636363636365], [0.8295454545454546, 0.6590909090909091], [-0.5426136363636364, 2.414772727272727],
        ]
        var average = Tensor([1.0, -2.0])
        for (index, iterate) in iterates.enumerated() {
            average = TrainingCourse.average(average, Tensor(iterate), step: index + 1, decay: 0.25)
            for (value, other) in zip(average.doubles, expected[index]) { #expect(abs(value - other) < 1e-15) }
        }
    }

    /// Computed by Python 3.11: peak · (1 + cos(π (p − w) / (1 − w))) / 2 after a warm-up of w = 0.2.
    @Test func theRateFallsAlongACosine() {
        var recipe = RealTraining.Recipe()
        recipe.refinements = RealTraining.Refinements(.none)
        let training = RealTraining(Self.task, recipe: recipe)
        let expected = [(0, 0), (0.1, 0.05), (0.2, 0.1), (0.4, 0.08535533905932738), (0.6, 0.05), (0.9, 0.0038060233744356634), (1, 0)]
        for (progress, rate) in expected { #expect(abs(training.rate(at: progress) - rate) < 1e-12) }
    }

    /// Trainings that compare candidates must be byte-identical to earlier versions. This is the loop of the earlier versions.
    @Test func comparisonsAreByteIdenticalToEarlierVersions() throws {
        let (network, training) = (try Self.network(), RealTraining(Self.task))
        let (recipe, seed, epochs) = (training.recipe, UInt64(5), 2)
        var random = SeededGenerator(seed: seed)
        var parameters = Scorer.initialParameters(network, seed: seed)
        var velocity = Tensor.zeros(parameters.shape)
        let steps = Double(epochs * ((Self.images.count + recipe.batch - 1) / recipe.batch))
        var losses: [Double] = []
        var step = 0
        let maker = StepMaker(network, .program)
        for _ in 0..<epochs {
            let order = Self.images.shuffled(using: &random)
            var total = 0.0
            for start in stride(from: 0, to: order.count, by: recipe.batch) {
                let rows = order[start..<min(start + recipe.batch, order.count)]
                let (images, labels) = Self.task.trainingImages(rows)
                let made = maker.step(parameters, images, labels.oneHot(classes: 10), differentiable: false)
                total += made.loss * Double(rows.count)
                let progress = Double(step) / steps
                let rate = recipe.peakRate * (progress < recipe.warmUp ? progress / recipe.warmUp : (1 - progress) / (1 - recipe.warmUp))
                (parameters, velocity) = withoutGradients {
                    let gradient = made.gradient + parameters * recipe.weightDecay
                    let next = velocity * recipe.momentum + gradient
                    return (parameters - (gradient + next * recipe.momentum) * rate, next)
                }
                step += 1
            }
            losses.append(total / Double(order.count))
        }
        let trained = try #require(training.trained(network, epochs: epochs, on: Self.images, seed: seed))
        #expect(trained.parameters.bytes == parameters.bytes)
        #expect(trained.epochLosses == losses)
    }

    private func course(
        _ network: Network, _ refinements: RealTraining.Refinements, workers: Int, steps: Int, from state: TrainingCourse.State? = nil
    ) -> TrainingCourse {
        var recipe = RealTraining.Recipe()
        recipe.refinements = refinements
        var course = TrainingCourse(
            RealTraining(Self.task, recipe: recipe), network, on: Self.images, seed: 3, from: state, workers: workers)
        while course.state.step < steps { course.step(progress: 0.2) }
        return course
    }

    /// Without norms that mix images, the shards' gradient equals the gradient of the whole batch.
    @Test func shardsOfABatchHaveItsGradient() throws {
        let network = try Self.network("conv 5x5 stride 4 -> 6 > bias > relu > flatten > linear classes")
        var refinements = RealTraining.Refinements(.none)
        (refinements.labelSmoothing, refinements.averageDecay) = (0, 0)
        func parameters(_ shards: Int) -> Tensor {
            refinements.shards = shards
            // The last batch of an epoch has 60 images, which is not divisible by seven.
            return course(network, refinements, workers: 1, steps: 7).state.parameters
        }
        let whole = parameters(1)
        for shards in [2, 7] { #expect(relativeError([parameters(shards)], [whole]) < 1e-5) }
    }

    @Test func resultsDoNotDependOnWorkersNorOnInterruptions() throws {
        let network = try Self.network()
        let refinements = RealTraining.Refinements(.cropFlip)
        let one = course(network, refinements, workers: 1, steps: 9)
        let two = course(network, refinements, workers: 2, steps: 9)
        #expect(one.state.parameters.bytes == two.state.parameters.bytes)
        #expect(one.state.evaluated.bytes == two.state.evaluated.bytes)
        #expect(one.state.evaluated.bytes != one.state.parameters.bytes)
        // In the middle of an epoch, and at its end.
        for steps in [4, 6, 7] {
            let resumed = course(
                network, refinements, workers: 1, steps: 9, from: course(network, refinements, workers: 1, steps: steps).state)
            #expect(resumed.state.parameters.bytes == one.state.parameters.bytes)
            #expect(resumed.state.evaluated.bytes == one.state.evaluated.bytes)
            #expect(resumed.state.epochLosses == one.state.epochLosses)
        }
    }

    /// Networks with dropout train with it, and the seed determines the masks.
    @Test func dropoutIsApplied() throws {
        let refinements = RealTraining.Refinements(.none)
        func loss(_ probability: String) throws -> Double {
            let network = try Self.network("conv 5x5 stride 4 -> 6 > relu > dropout \(probability) > flatten > linear classes")
            return course(network, refinements, workers: 2, steps: 1).state.lossSum
        }
        let without = try loss("0.0")
        #expect(abs(try loss("0.5") - without) > 1e-3 * without)
        #expect(try loss("0.5") == loss("0.5"))
    }
}
