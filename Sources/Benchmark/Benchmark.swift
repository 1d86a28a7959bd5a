import Basics
import ArgumentParser
import Foundation
import GTN
import Networks
import SearchSpace
import Tensors

/// Measures one configuration of one benchmark once for each line of standard input, so that it can alternate with another program.
@main
struct Benchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gtn-nas-benchmark", abstract: "Measures one configuration. Scripts/benchmark alternates it with a reference.")

    enum Name: String, ExpressibleByArgument, CaseIterable { case metaStep = "meta-step", score, trainEpoch = "train-epoch", peak }

    @Argument var name: Name
    @Option(help: "The configuration: a, b, c or d.") var configuration = "a"
    @Option(help: "The number of parallel learners.") var workers = 2

    func run() throws {
        Runtime.start()
        guard let configuration = Configuration.all.first(where: { $0.name == configuration }) else {
            throw ValidationError("unknown configuration '\(configuration)': expected a, b, c or d")
        }
        let (work, macs) = try work(configuration)
        while readLine() != nil {
            let clock = Stopwatch()
            work()
            let seconds = clock.seconds
            let line: [String: Any] = ["seconds": seconds, "gflop": macs * 2 / 1e9, "peak_rss_mib": Self.peakMemory]
            FileHandle.standardOutput.write(try JSONSerialization.data(withJSONObject: line, options: [.sortedKeys]) + Data("\n".utf8))
        }
    }

    /// The work for one line of input, and its number of multiply-accumulate operations.
    private func work(_ configuration: Configuration) throws -> (() -> Void, Double) {
        let network = try configuration.network
        let macs = Double(network.graph.cost.macs)
        let workers = workers
        switch name {
        case .metaStep:
            let task = configuration.task(training: 12_000)
            let generator = Generator(sizes: .paper, classes: 10, image: task.imageShape)
            let random = TensorGenerator(seed: 0)
            let (steps, batch) = (configuration.steps, configuration.batch)
            let labels = Tensor((0..<steps * batch).map { Int64($0 % 10) }).oneHot(classes: 10).reshaped([steps, batch, 10])
            let teacher = GenerativeTeacher(
                generator, weights: generator.initialWeights(using: random), noise: random.normal([steps, batch, generator.sizes.noise]),
                labels: labels, schedule: InitialSchedule(learningRate: 0.05, momentum: 0.5, decay: 0))
            var settings = MetaTraining.Settings()
            settings.learners = workers
            let objective = RealLossObjective()
            var training = MetaTraining(
                teacher, task: task, learners: NetworkLearners(network, fixedSeed: nil), objective: objective, settings: settings, seed: 0,
                workers: workers)
            // Matrix products required by the mathematics: for each layer 3 for the gradient of a step, 6 for its adjoint, and 3 for the
            // real batch. The generator has 3, shared by all learners. Recomputation to save memory does not count.
            let products = Double(9 * steps * batch + 3 * objective.metaBatch)
            let shared = Double(3 * steps * batch * generator.macs)
            return ({ _ = training.step(progress: 0) }, macs * products * Double(workers) + shared)
        case .score:
            let task = configuration.task(training: 12_000)
            var random = SeededGenerator(seed: 0)
            let (images, labels) = task.evenBatches(steps: configuration.steps, batch: configuration.batch, using: &random)
            let curriculum = Curriculum(
                images: images, labels: labels, learningRate: Tensor.full(0.05, [configuration.steps]),
                momentum: Tensor.full(0.5, [configuration.steps])
            ).snapshot
            let scorer = Scorer(task, curriculum, calibrationIndices: task.splits.calibrationIndices)
            let products = Double(3 * configuration.steps * configuration.batch + task.splits.score.count + 1_024)
            return (
                { _ = parallelMap(workers, workers: workers) { scorer.score(network, seed: UInt64($0))!.loss } },
                macs * products * Double(workers)
            )
        case .trainEpoch:
            let task = configuration.task(training: 30_000)
            let training = RealTraining(task)
            let indices = Array(task.splits.train.prefix(20_000))
            let products = Double(3 * indices.count + task.splits.validate.count + 1_024)
            return (
                { _ = parallelMap(workers, workers: workers) { training.train(network, epochs: 1, on: indices, seed: UInt64($0))!.loss } },
                macs * products * Double(workers)
            )
        case .peak:
            let size = 2_048
            let (a, b) = (Tensor.ones([size, size]), Tensor.ones([size, size]))
            Runtime.threads = workers
            return ({ _ = a.matmul(b) }, Double(size * size * size))
        }
    }

    /// The peak memory of this process in MiB.
    private static var peakMemory: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_maxrss) / 1024
    }
}
