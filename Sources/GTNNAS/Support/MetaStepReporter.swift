import GTN

/// Shows how far meta-training is.
final class MetaStepReporter {
    private let progress: Progress
    private let what: String
    private var smoothed: Double?

    /// - Parameter what: is being done, as in "teaching".
    init(_ progress: Progress, _ what: String) {
        self.progress = progress
        self.what = what
    }

    func show(_ step: MetaTraining.Step, _ done: Double, _ seconds: Double) {
        if let loss = step.loss { smoothed = smoothed.map { 0.95 * $0 + 0.05 * loss } ?? loss }
        let left = done > 0.01 ? ", \(Duration(seconds: seconds * (1 - done) / done)) left" : ""
        progress.update(
            "\(what): \(Console.isTerminal ? "" : "\(Int(done * 100)) %, ")meta-step \(step.index + 1), loss on real data \(smoothed.map { decimal($0, 3) } ?? "-")\(left)",
            done: done)
    }
}
