/// The training part of a data set divided in three, so that no image counts in two of them. All are ascending indices into the training
/// part.
public struct DatasetSplits: Equatable, Sendable {
    /// What teachers and networks learn from.
    public let train: [Int]
    /// What proxy scores are measured on.
    public let score: [Int]
    /// What validated accuracies are measured on.
    public let validate: [Int]
    /// The images of `train` whose activations give the batch-norm statistics of a scored network; chosen without regard to labels.
    public let calibrationIndices: [Int]

    /// Size of `score` and of `validate` where the training part is large enough.
    public static let fullEvaluationCount = 5_000
    /// Size of `calibrationIndices` where `train` is large enough.
    public static let fullCalibrationCount = 1_024

    /// Size of `score` and of `validate` for a training part of `count` images: 5,000, but never more than a sixth of it,
    /// so that at least two thirds are left to learn from.
    public static func evaluationCount(of count: Int) -> Int { min(fullEvaluationCount, count / 6) }

    /// Divides by the generator's seed; each split has the class frequencies of the whole, to within one image a class.
    public init(of images: ImageSet, using generator: inout some RandomNumberGenerator) {
        let count = Self.evaluationCount(of: images.count)
        var rest = Array(0..<images.count)
        score = images.stratifiedSubset(of: rest, count: count, using: &generator)
        rest = Self.difference(rest, score)
        validate = images.stratifiedSubset(of: rest, count: count, using: &generator)
        train = Self.difference(rest, validate)
        var shuffled = train
        shuffled.reproduciblyShuffle(using: &generator)
        calibrationIndices = shuffled.prefix(Self.fullCalibrationCount).sorted()
    }

    /// What of the ascending `indices` is not in `taken`, a part of them.
    private static func difference(_ indices: [Int], _ taken: [Int]) -> [Int] {
        var next = taken.makeIterator()
        var skipped = next.next()
        return indices.filter { index in
            guard index == skipped else { return true }
            skipped = next.next()
            return false
        }
    }
}
