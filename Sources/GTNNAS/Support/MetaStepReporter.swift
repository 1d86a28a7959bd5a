import Basics
import GTN

/// Shows the progress of meta-training.
final class MetaStepReporter {
    private let progress: Progress
    private let what: String
    private let loss: String
    private var smoothed: Double?

    /// - Parameters:
    ///   - what: the activity, as in "teaching".
    ///   - loss: the name of the loss.
    init(_ progress: Progress, _ what: String, loss: String = "loss on real data") {
        self.loss = loss
        self.progress = progress
        self.what = what
    }

    func show(_ step: MetaTraining.Step, _ done: Double, _ seconds: Double) {
        if let loss = step.loss { smoothed = smoothed.map { 0.95 * $0 + 0.05 * loss } ?? loss }
        let left = done > 0.01 ? ", \(TimeSpan(seconds: seconds * (1 - done) / done)) left" : ""
        progress.update(
            """
            \(what): \(Console.isTerminal ? "" : "\(Int(done * 100)) %, ")meta-step \(step.index + 1), \(loss) \
            \(smoothed.map { decimal($0, 3) } ?? "-")\(left)
            """,
            done: done)
    }
}
