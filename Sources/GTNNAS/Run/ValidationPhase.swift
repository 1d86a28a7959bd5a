import Basics
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

    /// The `train` split.
    let trainingImages: Int
    /// Images that a trained candidate is judged on, those of its norms' statistics included.
    let judgingImages: Int
    let batch: Int
    let seed: UInt64
    let workers: Int
    let processes: WorkerProcesses

    init(_ task: LearningTask, _ settings: RunSettings, workers: Int? = nil, processes: WorkerProcesses) {
        trainingImages = task.splits.train.count
        judgingImages = task.splits.validate.count + task.splits.calibrationIndices.count
        batch = settings.realTraining.batch
        seed = settings.seedNumber
        self.workers = workers ?? settings.workers
        self.processes = processes
    }

    /// How long all candidates are trained.
    struct Plan: Codable, Hashable, CustomStringConvertible {
        var epochs: Int
        /// Images of one epoch.
        var images: Int

        var description: String { "\(epochs == 1 ? "1 epoch" : "\(epochs) epochs") of \(grouped(images)) images" }
    }

    /// Seconds per training step of each candidate, by hash, measured while all workers are busy; missing are those that time did not suffice for, or
    /// that failed twice, as they will when they are trained.
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
            guard !deadline.isReached, case .pace(let seconds)? = try processes.perform(.pace, with: candidate, seed: 0, until: deadline)
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
    func plan(_ candidates: [Candidate], secondsPerStep: [String: Double], images: Int, until deadline: Deadline) -> Plan? {
        let images = min(images, trainingImages)
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

    private func stepsPerEpoch(_ images: Int) -> Int { (images + batch - 1) / batch }

    /// What judging a candidate costs, in training steps: a pass forward is about a third of a step.
    private var judgingSteps: Double {
        Double(judgingImages) / Double(batch) * 0.4
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
                evaluator: ProcessEvaluator(processes: processes, task: .untrainedScore(score)), seed: seed, workers: workers
            ).run(ListProposer(candidates), until: deadline, skipping: store.evaluatedHashes(proxy: proxy)) { result in
                try store.record(EvaluationRecord(result, proxy: proxy))
            }
        }
    }

    /// Trains the candidates, the costliest first, and records each as it ends.
    ///
    /// - Parameter repetition: which training of the same candidates this is, from 0.
    func run(
        _ candidates: [Candidate], _ plan: Plan, repetition: Int = 0, secondsPerStep: [String: Double], until deadline: Deadline,
        into store: ResultStore,
        log: RunLog, onResult: @escaping @Sendable (CandidateResult<Validation>) -> Void
    ) throws {
        let order = candidates.sorted { a, b in
            let costs = (secondsPerStep[a.hash] ?? Double(a.macs), secondsPerStep[b.hash] ?? Double(b.macs))
            return costs.0 == costs.1 ? a.hash < b.hash : costs.0 > costs.1
        }
        let images = min(plan.images, trainingImages)
        try scoreUntrained(order, until: deadline, into: store)
        _ = try ValidationLoop(validator: ProcessValidator(processes: processes, plan: plan), seed: seed, workers: workers).run(
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
