import Basics
import GTN
import Networks
import ResultStore
import SearchSpace
import Tensors

/// An evaluator that scores candidates by a short training on a teacher's curriculum, or by the mean over several initializations.
struct CurriculumEvaluator: Evaluator {
    let space: SearchSpace
    let scorer: Scorer
    let normKind: NormKind
    let scoring: CurriculumScoring
    /// Number of steps of one pass over the curriculum.
    let passSteps: Int
    /// Whether accuracy and loss on real images are measured for display even if the score does not depend on them.
    let showsAccuracy: Bool
    /// Number of real images for display: precise enough, in a tenth of the time.
    private static let shownImages = 500

    /// - Parameters:
    ///   - scoring: how candidates are trained and scored.
    ///   - space: the space at its file's image size.
    ///   - teacher: the teacher whose curriculum candidates train on.
    ///   - task: the data set.
    ///   - normKind: the kind of normalization layers.
    ///   - device: where candidates are trained.
    init(
        _ scoring: CurriculumScoring, _ space: SearchSpace, _ teacher: TeacherFile, _ task: LearningTask, normKind: NormKind, device: Device
    )
        throws
    {
        self.scoring = scoring
        self.normKind = normKind
        // The teacher's image size may differ from the size of the data.
        self.space = try space.fitted(to: teacher.imageShape, classes: task.classes)
        // A shortened training of several passes has fewer passes, so that its learning rate still falls to zero.
        let passes = max(1, scoring.passes / scoring.divisor)
        let whole = scoring.passes > 1 ? teacher.curriculum.cycled(passes: passes, peakRate: scoring.passRate) : teacher.curriculum
        let curriculum = whole.firstSteps(divisor: passes > 1 ? 1 : max(1, scoring.divisor / scoring.passes))
        scorer = Scorer(task, curriculum, calibrationIndices: teacher.calibrationIndices, device: device)
        passSteps = teacher.recipe.steps / (teacher.recipe.passes ?? 1)
        // Learners of a ranking teacher do not learn to classify, and learners on many passes over few images learn these by heart.
        showsAccuracy = teacher.recipe.pilot == nil && teacher.recipe.kind != .real
    }

    /// Number of real images for accuracy and loss; nil if these are not measured.
    var evaluatedImages: Int? {
        scoring.criterion.needsEvaluation ? scorer.task.splits.score.count : showsAccuracy ? Self.shownImages : nil
    }

    private struct Training {
        let accuracy: Double?
        let loss: Double?
        let stepLosses: [Double]
        let seconds: Double
    }

    func evaluate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Evaluation? {
        let network = try space.network(of: candidate, normKind)
        var trainings: [Training] = []
        for number in 0..<scoring.initializations {
            // The first initialization uses the seed itself, so that a single one gives the same score.
            let seed = number == 0 ? seed : SeedStream.furtherInitializations.seed(seed, UInt64(number))
            guard let training = train(network, seed: seed, until: deadline) else { return nil }
            trainings.append(training)
        }
        func mean(_ value: (Training) -> Double?) -> Double? {
            let values = trainings.compactMap(value)
            return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
        return Evaluation(
            score: mean { scoring.criterion.score(accuracy: $0.accuracy, loss: $0.loss, stepLosses: $0.stepLosses, pass: passSteps) }!,
            accuracy: mean(\.accuracy), loss: mean(\.loss), steps: trainings[0].stepLosses.count,
            seconds: trainings.reduce(0) { $0 + $1.seconds },
            stepLosses: trainings[0].stepLosses.indices.map { step in mean { $0.stepLosses[step] }! })
    }

    private func train(_ network: Network, seed: UInt64, until deadline: Deadline) -> Training? {
        guard scoring.criterion.needsEvaluation || showsAccuracy else {
            return scorer.fit(network, seed: seed, shouldStop: { deadline.isReached })
                .map { Training(accuracy: nil, loss: nil, stepLosses: $0.stepLosses, seconds: $0.seconds) }
        }
        let images: EvaluationSplit = scoring.criterion.needsEvaluation ? .score : .quick(Self.shownImages)
        return scorer.score(network, seed: seed, split: images, shouldStop: { deadline.isReached })
            .map { Training(accuracy: $0.accuracy, loss: $0.loss, stepLosses: $0.stepLosses, seconds: $0.seconds) }
    }
}
