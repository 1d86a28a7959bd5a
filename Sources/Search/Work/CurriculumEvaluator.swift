import Basics
import GTN
import Networks
import ResultStore
import SearchSpace
import Tensors

/// Scores a candidate by a short training on a teacher's curriculum, or by the mean of several from different initial parameters.
struct CurriculumEvaluator: Evaluator {
    let space: SearchSpace
    let scorer: Scorer
    let normKind: NormKind
    let scoring: CurriculumScoring
    /// Steps of one pass over the curriculum.
    let passSteps: Int
    /// Whether accuracy and loss on real images are measured where they are no part of the score, to be shown.
    let showsAccuracy: Bool
    /// Images for that: enough to show, in a tenth of the time.
    private static let shownImages = 500

    /// - Parameters:
    ///   - space: at the file's own image size.
    ///   - teacher: whose curriculum is trained on.
    init(
        _ scoring: CurriculumScoring, _ space: SearchSpace, _ teacher: TeacherFile, _ task: LearningTask, normKind: NormKind, device: Device
    )
        throws
    {
        self.scoring = scoring
        self.normKind = normKind
        // At the teacher's own image size, where that is another one.
        self.space = try space.fitted(to: teacher.imageShape, classes: task.classes)
        // A part of several passes is fewer passes: their rate falls to zero, too.
        let passes = max(1, scoring.passes / scoring.divisor)
        let file = scoring.passes > 1 ? teacher.repeated(passes: passes, peakRate: scoring.passRate) : teacher
        let curriculum = file.curriculum.firstSteps(divisor: passes > 1 ? 1 : max(1, scoring.divisor / scoring.passes))
        scorer = Scorer(task, curriculum, calibrationIndices: file.calibrationIndices, device: device)
        passSteps = file.recipe.steps / (file.recipe.passes ?? 1)
        // Learners of a teacher made to rank do not learn to classify.
        showsAccuracy = teacher.recipe.pilot == nil
    }

    /// Real images that accuracy and loss are measured on; nil where they are not.
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
            // The first has the seed itself, as has the only one.
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
