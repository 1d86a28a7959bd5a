/// A forecast of how many epochs of validation fit into a time.
public enum ValidationForecast {
    /// The fraction of the time to plan for. The rest covers what a pilot cannot measure, such as unusually slow candidates and workers
    /// that slow each other down. With 0.85, a ten-minute run lost the last two of its twelve candidates.
    public static let plannedFraction = 0.72

    /// Returns the number of whole epochs that every candidate can train within the time, 0 if not even one fits:
    ///
    ///     ⌊0.72 · seconds / (⌈candidates / workers⌉ · secondsPerEpoch)⌋, at most `maximum`
    ///
    /// - Parameters:
    ///   - seconds: wall-clock seconds for the whole validation.
    ///   - candidates: number of candidates.
    ///   - workers: number of candidates trained at the same time.
    ///   - secondsPerEpoch: wall-clock seconds of one candidate's epoch on one worker while all others are busy.
    ///   - maximum: maximum number of epochs.
    public static func epochs(
        forSecondsAvailable seconds: Double, candidates: Int, workers: Int, secondsPerEpoch: Double, maximum: Int
    ) -> Int {
        precondition(workers > 0 && secondsPerEpoch > 0, "the number of workers and the seconds per epoch must be positive")
        guard candidates > 0, seconds > 0 else { return 0 }
        let rounds = (candidates + workers - 1) / workers
        let affordable = plannedFraction * seconds / (Double(rounds) * secondsPerEpoch)
        return affordable < Double(maximum) ? Int(affordable) : maximum
    }
}
