/// How long candidates are trained on real data.
public enum ValidationForecast {
    /// The part of the time that is planned for. The rest is for what a pilot cannot know: candidates that cost more than
    /// it did, and workers that slow each other down. At 0.85 a ten-minute run lost the last two of its twelve candidates.
    public static let plannedFraction = 0.72

    /// The number of whole epochs that every candidate can be given within the time, 0 if not one:
    ///
    ///     ⌊0.72 · seconds / (⌈candidates / workers⌉ · secondsPerEpoch)⌋, at most `maximum`
    ///
    /// - Parameters:
    ///   - seconds: wall-clock time available for all of the validation.
    ///   - candidates: how many there are.
    ///   - workers: how many are trained at a time.
    ///   - secondsPerEpoch: wall-clock time of one candidate's epoch on one worker while the others are busy too.
    ///   - maximum: as many epochs at most.
    public static func epochs(
        forSecondsAvailable seconds: Double, candidates: Int, workers: Int, secondsPerEpoch: Double, maximum: Int
    ) -> Int {
        precondition(workers > 0 && secondsPerEpoch > 0, "epochs are planned for workers and a time that are positive")
        guard candidates > 0, seconds > 0 else { return 0 }
        let rounds = (candidates + workers - 1) / workers
        let affordable = plannedFraction * seconds / (Double(rounds) * secondsPerEpoch)
        return affordable < Double(maximum) ? Int(affordable) : maximum
    }
}
