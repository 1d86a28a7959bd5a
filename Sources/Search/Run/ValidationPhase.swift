import Basics
import Foundation
import GTN
import RankStatistics
import ResultStore

/// The trainings of candidates on real data, all of them alike.
public struct ValidationPhase: Sendable {
    /// Images of one epoch where the data set has them.
    public static let standardImages = 20_000
    /// More epochs than these hardly change the order of such architectures.
    static let mostEpochs = 10
    /// Epochs where no budget decides.
    static let epochsWithoutBudget = 3
    /// The smallest subset worth training on.
    static let fewestImages = 1_000

    let run: Run
    let executor: any Executor
    let workers: Int
    let log: RunLog
    let onEvent: @Sendable (SearchEvent) -> Void
    /// The `train` split.
    let trainingImages: Int
    /// Images that a trained candidate is evaluated on, those of its norms' statistics included.
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
        evaluatedImages = task.splits.validate.count + task.splits.calibrationIndices.count
    }

    var store: ResultStore { run.store }
    var seed: UInt64 { run.settings.seedNumber }
    private var batch: Int { run.settings.realTraining.batch }

    /// Seconds per training step of each candidate, by hash, measured while all workers are busy; missing are those that time did not
    /// suffice for, or that failed twice, as they will when they are trained.
    func pilot(_ candidates: [Candidate], until deadline: Deadline) throws -> [String: Double] {
        let measured = parallelMap(candidates.count, workers: workers) { index in
            Result { try pace(of: candidates[index], until: deadline) ?? pace(of: candidates[index], until: deadline) }
        }
        var seconds: [String: Double] = [:]
        for (candidate, pace) in zip(candidates, measured) { seconds[candidate.hash] = try pace.get() }
        return seconds
    }

    /// - Returns: nil when it failed or time did not suffice.
    /// - Throws: what no candidate is to blame for.
    private func pace(of candidate: Candidate, until deadline: Deadline) throws -> Double? {
        do {
            guard !deadline.isReached,
                case .pace(let seconds)? = try executor.perform(.measurePace, on: candidate, seed: 0, until: deadline)
            else { return nil }
            return seconds
        } catch let failure as any LoopFailure {
            throw failure
        } catch {
            return nil
        }
    }

    /// The longest training that all candidates can be given before the deadline, at most `mostEpochs`: whole epochs of `images` images, or
    /// one epoch of fewer where not even that fits.
    /// - Returns: nil when there is no time for anything worth the name.
    func configuration(_ candidates: [Candidate], secondsPerStep: [String: Double], images: Int, until deadline: Deadline)
        -> ValidationConfiguration?
    {
        let images = min(images, trainingImages)
        let steps = secondsPerStep.values.sorted()
        guard !steps.isEmpty else { return nil }
        // A candidate that was not measured counts as the slowest that was.
        let costs = candidates.map { secondsPerStep[$0.hash] ?? steps.last! }
        let unit = longestLane(costs)
        let evaluating = unit * evaluationSteps / ValidationForecast.plannedFraction
        func epochs(_ images: Int) -> Int {
            // One lane after the other is the makespan already, hence as many candidates as workers.
            ValidationForecast.epochs(
                forSecondsAvailable: deadline.remaining - evaluating, candidates: workers, workers: workers,
                secondsPerEpoch: unit * Double(stepsPerEpoch(images)), maximum: Self.mostEpochs)
        }
        let affordable = epochs(images)
        if affordable > 0 { return ValidationConfiguration(epochs: affordable, images: images) }
        let fewer = stride(from: images / 1_000 * 1_000, through: Self.fewestImages, by: -1_000).first { epochs($0) > 0 }
        return fewer.map { ValidationConfiguration(epochs: 1, images: $0) }
    }

    /// Seconds that each candidate's training is expected to take, by hash.
    func expectedSeconds(_ configuration: ValidationConfiguration, secondsPerStep: [String: Double]) -> [String: Double] {
        secondsPerStep.mapValues { $0 * (Double(configuration.epochs * stepsPerEpoch(configuration.images)) + evaluationSteps) }
    }

    private func stepsPerEpoch(_ images: Int) -> Int { (images + batch - 1) / batch }

    /// What evaluating a candidate costs, in training steps: a pass forward is about a third of a step.
    private var evaluationSteps: Double {
        Double(evaluatedImages) / Double(batch) * 0.4
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

    /// Records each untrained score of the candidates, as far as it is not known and time suffices: what a proxy that trains must beat.
    func scoreUntrained(_ candidates: [Candidate], until deadline: Deadline) throws {
        for score in UntrainedScore.allCases {
            let scoring = Scoring.untrained(score)
            let key = scoring.description
            _ = try SearchLoop(evaluator: executor.evaluator(scoring), seed: seed, workers: workers)
                .run(ListProposer(candidates), until: deadline, skipping: store.evaluatedHashes(scoring: key)) { [store] result in
                    try store.record(
                        EvaluationRecord(hash: result.candidate.hash, scoring: key, seed: result.seed, outcome: result.outcome))
                }
        }
    }

    /// Trains the candidates, the costliest first, and records each as it ends.
    ///
    /// - Parameters:
    ///   - repetition: which training of the same candidates this is, from 0.
    ///   - count: of the trainings, for those who watch.
    /// - Returns: how many ended.
    @discardableResult
    func train(
        _ candidates: [Candidate], _ configuration: ValidationConfiguration, repetition: Int = 0, secondsPerStep: [String: Double],
        until deadline: Deadline, of count: Int
    ) throws -> Int {
        let order = candidates.sorted { a, b in
            let costs = (secondsPerStep[a.hash] ?? Double(a.macs), secondsPerStep[b.hash] ?? Double(b.macs))
            return costs.0 == costs.1 ? a.hash < b.hash : costs.0 > costs.1
        }
        let images = min(configuration.images, trainingImages)
        try scoreUntrained(order, until: deadline)
        let outcome = try ValidationLoop(validator: executor.validator(configuration), seed: seed, workers: workers).run(
            order, repetition: repetition, until: deadline,
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
