import Foundation
import GTN
import RankStatistics
import ResultStore
import Search

extension EventFile {
    private static let imagesPerClass = 2

    /// Creates the event file of a run, with all its values that TensorBoard can show.
    public init(_ run: Run) throws {
        let store = run.store
        let record = try store.run()
        let begun = record.created.timeIntervalSince1970
        let ended = begun + (try store.totalSeconds())
        self.init(time: begun)

        for step in try store.metaSteps() {
            if let loss = step.loss { add(scalar: loss, "meta-training/loss on real data", step: step.step, time: begun + step.seconds) }
        }
        let evaluations = try store.evaluations(scoring: run.scoring.recorded.description)
        let scores = evaluations.compactMap { $0.evaluation?.score }
        var best = -Double.infinity
        for (index, score) in scores.enumerated() {
            best = max(best, score)
            add(scalar: score, "scoring/score", step: index, time: ended)
            add(scalar: best, "scoring/best score", step: index, time: ended)
        }
        let ranks = Dictionary(uniqueKeysWithValues: try run.ranking().map { ($0.candidate.hash, $0.rank) })
        // TensorBoard drops points that are out of order or repeat a step.
        let accuracies = try run.accuracies()
        for (rank, accuracy) in accuracies.compactMap({ hash, accuracy in ranks[hash].map { ($0, accuracy) } }).sorted(by: { $0.0 < $1.0 })
        {
            add(scalar: accuracy, "validation/accuracy by rank", step: rank, time: ended)
        }
        for (step, rho) in RunReport.stepCorrelations(evaluations, accuracies: accuracies) {
            add(scalar: rho, "validation/rho over inner steps", step: step, time: ended)
        }

        var metrics: [String] = []
        func outcome(_ name: String, _ value: Double?) {
            guard let value else { return }
            metrics.append("outcome/\(name)")
            add(scalar: value, "outcome/\(name)", step: 0, time: ended)
        }
        outcome("best score", scores.isEmpty ? nil : best)
        if let agreement = try run.agreement() {
            outcome("spearman", agreement.report.proxy.spearman.all?.value)
            outcome("spearman of parameters", agreement.report.baselines["parameters"]?.spearman.all?.value)
        }
        outcome("best accuracy after real training", accuracies.values.max())

        if try store.teacher() != nil, let file = try? TeacherFile(path: run.directory.teacher) {
            let curriculum = file.curriculum.curriculum()
            for step in 0..<curriculum.steps {
                let image = CurriculumSheet(
                    curriculum, mean: file.recipe.mean, std: file.recipe.std, step: step, perClass: Self.imagesPerClass
                ).image
                add(
                    png: image.encoded, width: image.width, height: image.height, channels: image.channels,
                    "synthetic images by inner step", step: step,
                    time: begun)
            }
            for (step, rate) in curriculum.learningRate.doubles.enumerated() {
                add(scalar: rate, "curriculum/learning rate", step: step, time: begun)
            }
            for (step, momentum) in curriculum.momentum.doubles.enumerated() {
                add(scalar: momentum, "curriculum/momentum", step: step, time: begun)
            }
        }
        add(
            hyperparameters: try Self.hyperparameters(run.settings, record), metrics: metrics, group: run.directory.url.lastPathComponent,
            begun: begun, ended: ended)
    }

    /// All settings by name. Settings in a group have names such as "teaching.steps".
    private static func hyperparameters(_ settings: RunSettings, _ record: RunRecord) throws -> [String: Hyperparameter] {
        var values: [String: Hyperparameter] = ["space": .text(record.spaceName), "proxy": .text(settings.scoring.name)]
        func add(_ name: String, _ value: Any) {
            switch value {
            case let group as [String: Any]: for (key, value) in group { add("\(name).\(key)", value) }
            // A number, or a Boolean, which is shown as 0 or 1.
            case let number as NSNumber: values[name] = .number(number.doubleValue)
            default: values[name] = .text("\(value)")
            }
        }
        for (name, text) in try settings.texts {
            add(name, try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed))
        }
        return values
    }
}
