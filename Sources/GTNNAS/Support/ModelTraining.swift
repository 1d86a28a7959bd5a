import ArgumentParser
import Basics
import GTN
import Networks
import ResultStore
import Search
import SearchSpace

/// The training of one architecture to the end, with its progress on the terminal.
struct ModelTraining {
    /// The architecture to train, and the source of its description.
    struct Subject {
        let task: LearningTask
        let space: SearchSpace
        let architecture: Architecture
        let notation: String
        let normKind: NormKind
        /// The limits of the search that found it, in words; nil without limits.
        var limits: String?
        /// The hash of the candidate; nil for an architecture that is no candidate as it is.
        var hash: String?

        init(task: LearningTask, space: SearchSpace, architecture: Architecture, notation: String, normKind: NormKind) {
            (self.task, self.space, self.architecture) = (task, space, architecture)
            (self.notation, self.normKind) = (notation, normKind)
        }

        /// A candidate of a run.
        /// - Parameters:
        ///   - run: the run.
        ///   - candidate: the candidate.
        ///   - overrides: other values of settings.
        ///   - normKind: the kind of norms; nil for that of the run.
        init(_ run: Run, _ candidate: Candidate, overrides: [(name: String, value: String)] = [], normKind: NormKind? = nil) throws {
            let task = try run.task()
            var space = try run.space().fitted(to: task).with(values: candidate.settings ?? [:])
            // A network found at a small width is often trained wider.
            if !overrides.isEmpty { space = try space.with(settings: overrides) }
            self.init(
                task: task, space: space, architecture: try space.architecture(candidate.architecture), notation: candidate.architecture,
                normKind: normKind ?? run.settings.normKind)
            if overrides.isEmpty { (limits, hash) = (run.settings.limitsText, candidate.hash) }
        }
    }

    let subject: Subject
    var configuration: FullTraining.Configuration

    /// Trains the network.
    /// - Parameter clock: the clock that measures the time bound.
    /// - Returns: nil if interrupted; the checkpoint then has the progress.
    func run(checkpoint: CheckpointFile, clock: Stopwatch, silent: Bool) throws -> FullTraining.Result? {
        let progress = Progress(silent: silent)
        var configuration = configuration
        configuration.normKind = subject.normKind
        configuration.limits = subject.limits
        let training = FullTraining(subject.task, subject.space, subject.architecture, notation: subject.notation, configuration)
        let epochs = configuration.epochs
        let outcome = try training.run(checkpoint: checkpoint, clock: clock, cancelled: { Interruption.isRequested }) { event in
            switch event {
            case .step(let done, let epoch, let seconds):
                let left = done > 0.01 ? ", \(TimeSpan(seconds: seconds * (1 - done) / done)) left" : ""
                let share = Console.isTerminal ? "" : "\(Int(done * 100)) %, "
                progress.update("training: \(share)epoch \(epoch)\(epochs.map { " of \($0)" } ?? "")\(left)", done: done)
            case .epoch(let point, let seconds):
                progress.say(
                    """
                    epoch \(point.epoch): training loss \(decimal(point.trainingLoss, 4)), accuracy \(percent(point.accuracy)) on \
                    held-out images, \(TimeSpan(seconds: seconds))
                    """)
            case .evaluating: progress.update("evaluating on the test part", force: true)
            }
        }
        progress.clear()
        return outcome
    }

    /// Prints a trained network.
    /// - Parameters:
    ///   - recipe: the network's recipe.
    ///   - seconds: the duration of the training; nil if it is not known.
    ///   - path: the path of the model file.
    static func print(_ recipe: ModelRecipe, seconds: Double?, testImages: Int, path: String) {
        let epochs = recipe.epochs == recipe.epochs.rounded() ? "\(Int(recipe.epochs))" : decimal(recipe.epochs, 1)
        let time = seconds.map { " in \(TimeSpan(seconds: $0))" } ?? ""
        Swift.print("architecture  \(recipe.architecture)")
        Swift.print("cost          \(grouped(recipe.parameters)) parameters, \(grouped(recipe.macs)) multiply-accumulates an image")
        Swift.print("trained       \(epochs) epochs of \(grouped(recipe.images)) images\(time)")
        Swift.print("accuracy      \(percent(recipe.accuracy)) on the \(grouped(testImages)) images of the test part")
        Swift.print("loss          \(decimal(recipe.loss, 4))")
        Swift.print("checkpoint    \(path)")
    }
}
