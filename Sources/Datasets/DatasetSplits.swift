/// Three disjoint splits of the training part of a data set. All are ascending indices into the training part.
public struct DatasetSplits: Equatable, Sendable {
    /// The images on which teachers and networks train.
    public let train: [Int]
    /// The images for proxy scores.
    public let score: [Int]
    /// The images for validated accuracies.
    public let validate: [Int]
    /// The images of `train` that provide the batch-norm statistics of a scored network, chosen regardless of labels.
    public let calibrationIndices: [Int]

    /// The size of `score` and of `validate` if the training part is large enough.
    public static let fullEvaluationCount = 5_000
    /// The size of `calibrationIndices` if `train` is large enough.
    public static let fullCalibrationCount = 1_024

    /// The size of `score` and of `validate` for a training part of `count` images: 5,000, but at most a sixth of it. At least two thirds
    /// remain for training.
    public static func evaluationCount(of count: Int) -> Int { min(fullEvaluationCount, count / 6) }

    /// Draws the splits. Each has the class frequencies of the whole, to within one image per class.
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

    /// The ascending `indices` without their subset `taken`.
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
