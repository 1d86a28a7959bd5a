import Datasets
import Foundation
import GTN
import Networks
import ResultStore
import Search
import SearchSpace
import Tensors

/// The part of a run that trains candidates on real data, all of them alike.
struct ValidationPhase: Sendable {
    /// Images of one epoch where the data set has them.
    static let standardImages = 20_000
    /// More epochs than these tell little more of what these architectures are worth.
    static let mostEpochs = 10
    /// Epochs where no budget decides.
    static let epochsWithoutBudget = 3
    /// The smallest subset worth training on.
    static let fewestImages = 1_000

    let task: LearningTask
    let space: SearchSpace
    let normKind: NormKind
    let recipe: RealTraining.Recipe
    let seed: UInt64
    let workers: Int
    let device: Device

    private var training: RealTraining { RealTraining(task, recipe: recipe, device: device) }

    /// How long all candidates are trained.
    struct Plan: Codable, CustomStringConvertible {
        var epochs: Int
        /// Images of one epoch.
        var images: Int

        var description: String { "\(epochs == 1 ? "1 epoch" : "\(epochs) epochs") of \(grouped(images)) images" }
    }

    /// The images that all candidates are trained on: one stratified subset of the `train` split.
    func subset(_ count: Int) -> [Int] {
        var random = SeededGenerator(seed: SeededGenerator.seed(seed, 0x7a11d))
        return task.dataset.train.stratifiedSubset(of: task.splits.train, count: min(count, task.splits.train.count), using: &random)
    }

    /// Seconds per training step of each candidate, by hash, measured while all workers are busy; those that time did not suffice for are missing.
    func pilot(_ candidates: [Candidate], until deadline: Deadline) -> [String: Double] {
        let images = subset(recipe.batch * 4)
        let seconds = parallelMap(candidates.count, workers: workers) { secondsPerStep(candidates[$0], on: images, until: deadline) }
        return Dictionary(uniqueKeysWithValues: zip(candidates, seconds).compactMap { candidate, seconds in seconds.map { (candidate.hash, $0) } })
    }

    /// The median over a few steps, the first of which warm the caches up and do not count.
    private func secondsPerStep(_ candidate: Candidate, on images: [Int], until deadline: Deadline) -> Double? {
        guard !deadline.isReached, let architecture = try? space.architecture(candidate.architecture) else { return nil }
        let network = Network(space.canonicalGraph(of: architecture), normKind: normKind)
        let (warmUp, counted) = (2, 5)
        var marks: [Double] = []
        _ = training.train(network, epochs: 4, on: images, seed: 0) {
            // Asked before every step.
            marks.append(deadline.clock.now())
            return marks.count > warmUp + counted || deadline.isReached
        }
        guard marks.count > warmUp + 1 else { return nil }
        let durations = zip(marks.dropFirst(warmUp), marks.dropFirst(warmUp + 1)).map { $1 - $0 }.sorted()
        return durations[durations.count / 2]
    }

    /// The longest training that all candidates can be given before the deadline, at most `mostEpochs`: whole epochs of `images` images, or
    /// one epoch of fewer where not even that fits.
    /// - Returns: nil when there is no time for anything worth the name.
    func plan(_ candidates: [Candidate], secondsPerStep: [String: Double], images: Int, until deadline: Deadline) -> Plan? {
        let images = min(images, task.splits.train.count)
        let steps = secondsPerStep.values.sorted()
        guard !steps.isEmpty else { return nil }
        // A candidate that was not measured counts as the slowest that was.
        let costs = candidates.map { secondsPerStep[$0.hash] ?? steps.last! }
        let unit = longestLane(costs)
        let judging = unit * judgingSteps / ValidationPlan.plannedFraction
        func epochs(_ images: Int) -> Int {
            // One lane after the other is the makespan already, hence as many candidates as workers.
            ValidationPlan.epochs(
                forSecondsAvailable: deadline.remaining - judging, candidates: workers, workers: workers,
                secondsPerEpoch: unit * Double(stepsPerEpoch(images)), maximum: Self.mostEpochs)
        }
        let affordable = epochs(images)
        if affordable > 0 { return Plan(epochs: affordable, images: images) }
        let fewer = stride(from: images / 1_000 * 1_000, through: Self.fewestImages, by: -1_000).first { epochs($0) > 0 }
        return fewer.map { Plan(epochs: 1, images: $0) }
    }

    /// Seconds that each candidate's training is expected to take, by hash.
    func expectedSeconds(_ plan: Plan, secondsPerStep: [String: Double]) -> [String: Double] {
        secondsPerStep.mapValues { $0 * (Double(plan.epochs * stepsPerEpoch(plan.images)) + judgingSteps) }
    }

    private func stepsPerEpoch(_ images: Int) -> Int { (images + recipe.batch - 1) / recipe.batch }

    /// What judging a candidate costs, in training steps: a pass forward is about a third of a step.
    private var judgingSteps: Double {
        Double(task.splits.validate.count + task.splits.calibrationIndices.count) / Double(recipe.batch) * 0.4
    }

    /// When the last worker ends if each takes the costliest candidate that is left.
    private func longestLane(_ costs: [Double]) -> Double {
        var lanes = [Double](repeating: 0, count: workers)
        for cost in costs.sorted(by: >) {
            let shortest = lanes.indices.min { lanes[$0] < lanes[$1] }!
            lanes[shortest] += cost
        }
        return lanes.max()!
    }

    /// Records what each zero-cost score says of the candidates, as far as it is not known and time suffices: what a proxy that trains must beat.
    func scoreUntrained(_ candidates: [Candidate], until deadline: Deadline, into store: ResultStore) throws {
        for score in ZeroCostScore.allCases {
            let proxy = score.rawValue
            _ = try SearchLoop(
                evaluator: ZeroCostEvaluator(space: space, scorer: ZeroCostScorer(score, task, seed: seed)), seed: seed, workers: workers
            ).run(ListProposer(candidates), until: deadline, skipping: store.evaluatedHashes(proxy: proxy)) { result in
                try store.record(EvaluationRecord(result, proxy: proxy))
            }
        }
    }

    /// Trains the candidates, the costliest first, and records each as it ends.
    ///
    /// - Parameter repetition: which training of the same candidates this is, from 0.
    func run(
        _ candidates: [Candidate], _ plan: Plan, repetition: Int = 0, secondsPerStep: [String: Double], until deadline: Deadline, into store: ResultStore,
        log: RunLog, onResult: @escaping @Sendable (CandidateResult<Validation>) -> Void
    ) throws {
        let order = candidates.sorted { a, b in
            let costs = (secondsPerStep[a.hash] ?? Double(a.macs), secondsPerStep[b.hash] ?? Double(b.macs))
            return costs.0 == costs.1 ? a.hash < b.hash : costs.0 > costs.1
        }
        let validator = RealTrainingValidator(
            space: space, training: training, normKind: normKind, epochs: plan.epochs, images: subset(plan.images))
        let images = validator.images.count
        try scoreUntrained(order, until: deadline, into: store)
        _ = try ValidationLoop(validator: validator, seed: seed, workers: workers).run(
            order, repetition: repetition, until: deadline, expectedSeconds: expectedSeconds(plan, secondsPerStep: secondsPerStep)
        ) { result in
            let hash = result.candidate.hash
            switch result.outcome {
            case .success(let value):
                try store.record(
                    ValidationRecord(
                        hash: hash, accuracy: value.accuracy, loss: value.loss, epochs: value.epochs, images: value.images,
                        seconds: value.seconds, seed: value.seed))
                log.write(
                    "validated",
                    ["hash": hash, "accuracy": value.accuracy, "epochs": value.epochs, "images": value.images, "seconds": value.seconds])
            case .failure(let failure):
                try store.record(
                    ValidationRecord(hash: hash, failure: failure.reason, epochs: plan.epochs, images: images, seed: result.seed))
                log.write("validation failed", ["hash": hash, "reason": failure.reason])
            }
            onResult(result)
        }
    }
}
