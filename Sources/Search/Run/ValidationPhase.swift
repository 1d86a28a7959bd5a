import Basics
import Foundation
import GTN
import RankStatistics
import ResultStore

/// The validation of candidates: all are trained on real data with the same recipe and evaluated on held-out images.
public struct ValidationPhase: Sendable {
    /// Default number of images per epoch; fewer if the data set has fewer.
    public static let standardImages = 20_000
    /// Maximum number of epochs; more hardly change the order of such architectures.
    static let mostEpochs = 10
    /// Number of epochs without a time budget.
    static let epochsWithoutBudget = 3
    /// Minimum number of images per epoch.
    static let fewestImages = 1_000

    let run: Run
    let executor: any Executor
    let workers: Int
    let log: RunLog
    let onEvent: @Sendable (SearchEvent) -> Void
    /// Number of images in the `train` split.
    let trainingImages: Int
    /// Whether candidates are also scored at another scale, at which they can be validated if time is short.
    let hasProxyScale: Bool
    /// Number of images that a trained candidate is evaluated on, including those for batch-norm statistics.
    private let evaluatedImages: Int

    init(
        _ task: LearningTask, _ run: Run, executor: any Executor, workers: Int, log: RunLog,
        onEvent: @escaping @Sendable (SearchEvent) -> Void
    ) {
        self.run = run
        self.executor = executor
        self.workers = workers
        self.log = log
        self.onEvent = onEvent
        trainingImages = task.splits.train.count
        hasProxyScale = run.hasProxyScale(task)
        evaluatedImages = task.splits.validate.count + task.splits.calibrationIndices.count
    }

    var store: ResultStore { run.store }
    var seed: UInt64 { run.settings.seedNumber }
    private var batch: Int { run.settings.realTraining.batch }

    /// Measures the seconds per training step of each candidate while all workers are busy.
    /// - Returns: seconds by hash, without candidates that failed twice or for which time ran out.
    func pilot(_ candidates: [Candidate], until deadline: Deadline) throws -> [String: Double] {
        let task = CandidateTask.measurePace(atProxyScale: try run.validatesAtProxyScale())
        let measured = parallelMap(candidates.count, workers: workers) { index in
            Result { try pace(task, candidates[index], until: deadline) ?? pace(task, candidates[index], until: deadline) }
        }
        var seconds: [String: Double] = [:]
        for (candidate, pace) in zip(candidates, measured) { seconds[candidate.hash] = try pace.get() }
        return seconds
    }

    /// Measures the seconds per training step of one candidate.
    /// - Returns: nil if the candidate failed or time ran out.
    /// - Throws: a `LoopFailure`.
    private func pace(_ task: CandidateTask, _ candidate: Candidate, until deadline: Deadline) throws -> Double? {
        do {
            guard !deadline.isReached,
                case .pace(let seconds)? = try executor.perform(task, on: candidate, seed: 0, until: deadline)
            else { return nil }
            return seconds
        } catch let failure as any LoopFailure {
            throw failure
        } catch {
            return nil
        }
    }

    /// Returns the longest training that all candidates can complete before the deadline: up to `mostEpochs` whole epochs of `images`
    /// images, or one epoch of fewer images.
    /// - Returns: nil if not even one epoch of `fewestImages` fits.
    func configuration(_ candidates: [Candidate], secondsPerStep: [String: Double], images: Int, until deadline: Deadline) throws
        -> ValidationConfiguration?
    {
        let images = min(images, trainingImages)
        let steps = secondsPerStep.values.sorted()
        guard !steps.isEmpty else { return nil }
        // A candidate without a measurement counts as the slowest one measured.
        let costs = candidates.map { secondsPerStep[$0.hash] ?? steps.last! }
        let unit = longestLane(costs)
        let evaluating = unit * evaluationSteps / ValidationForecast.plannedFraction
        func epochs(_ images: Int) -> Int {
            // `unit` already covers all candidates of the busiest worker, so the forecast gets one candidate per worker.
            ValidationForecast.epochs(
                forSecondsAvailable: deadline.remaining - evaluating, candidates: workers, workers: workers,
                secondsPerEpoch: unit * Double(stepsPerEpoch(images)), maximum: Self.mostEpochs)
        }
        let affordable = epochs(images)
        if affordable > 0 { return try run.configuration(epochs: affordable, images: images) }
        let fewer = stride(from: images / 1_000 * 1_000, through: Self.fewestImages, by: -1_000).first { epochs($0) > 0 }
        return try fewer.map { try run.configuration(epochs: 1, images: $0) }
    }

    /// The expected seconds of each candidate's validation, by hash.
    func expectedSeconds(_ configuration: ValidationConfiguration, secondsPerStep: [String: Double]) -> [String: Double] {
        secondsPerStep.mapValues { $0 * (Double(configuration.epochs * stepsPerEpoch(configuration.images)) + evaluationSteps) }
    }

    private func stepsPerEpoch(_ images: Int) -> Int { (images + batch - 1) / batch }

    /// The cost of evaluating a candidate, in training steps. A forward pass costs about a third of a step.
    private var evaluationSteps: Double {
        Double(evaluatedImages) / Double(batch) * 0.4
    }

    /// The total cost of the busiest worker if each free worker takes the costliest candidate left.
    private func longestLane(_ costs: [Double]) -> Double {
        var lanes = [Double](repeating: 0, count: workers)
        for cost in costs.sorted(by: >) {
            let shortest = lanes.indices.min { lanes[$0] < lanes[$1] }!
            lanes[shortest] += cost
        }
        return lanes.max()!
    }

    /// Records the missing untrained scores of the candidates until the deadline; they are baselines of trained proxies.
    func scoreUntrained(
        _ candidates: [Candidate], until deadline: Deadline, onScored: @escaping @Sendable (CandidateResult<Evaluation>) -> Void = { _ in }
    ) throws {
        for score in UntrainedScore.allCases {
            let scoring = Scoring.untrained(score)
            let key = scoring.description
            _ = try SearchLoop(evaluator: executor.evaluator(scoring), seed: seed, workers: workers)
                .run(ListProposer(candidates), until: deadline, skipping: store.evaluatedHashes(scoring: key)) { [store] result in
                    try store.record(
                        EvaluationRecord(hash: result.candidate.hash, scoring: key, seed: result.seed, outcome: result.outcome))
                    onScored(result)
                }
        }
    }

    /// Validates the candidates, the costliest first, and records each result immediately.
    ///
    /// - Parameters:
    ///   - candidates: the candidates to train.
    ///   - configuration: epochs and images of each training.
    ///   - seedIndex: 0 for the candidates' first validation, 1 for their second, …
    ///   - secondsPerStep: measured seconds per training step, by hash.
    ///   - deadline: the time by which to end.
    ///   - count: total number of validations to report with events.
    /// - Returns: the number of candidates with a result.
    @discardableResult
    func train(
        _ candidates: [Candidate], _ configuration: ValidationConfiguration, seedIndex: Int = 0, secondsPerStep: [String: Double],
        until deadline: Deadline, of count: Int
    ) throws -> Int {
        let order = candidates.sorted { a, b in
            let costs = (secondsPerStep[a.hash] ?? Double(a.macs), secondsPerStep[b.hash] ?? Double(b.macs))
            return costs.0 == costs.1 ? a.hash < b.hash : costs.0 > costs.1
        }
        let images = min(configuration.images, trainingImages)
        try scoreUntrained(order, until: deadline)
        let outcome = try ValidationLoop(validator: executor.validator(configuration), seed: seed, workers: workers).run(
            order, seedIndex: seedIndex, until: deadline,
            expectedSeconds: expectedSeconds(configuration, secondsPerStep: secondsPerStep)
        ) { [store, log, onEvent] result in
            let hash = result.candidate.hash
            switch result.outcome {
            case .success(let value):
                try store.record(ValidationRecord(hash: hash, value))
                log.write(
                    "validated",
                    ["hash": hash, "accuracy": value.accuracy, "epochs": value.epochs, "images": value.images, "seconds": value.seconds])
            case .failure(let failure):
                try store.record(
                    ValidationRecord(
                        hash: hash, epochs: configuration.epochs, images: images, seed: result.seed, outcome: .failure(failure)))
                log.write("validation failed", ["hash": hash, "reason": failure.reason])
            }
            onEvent(.validated(result, of: count, until: deadline))
        }
        return outcome.results.count
    }
}
