import Basics
import Datasets
import Foundation
import GTN
import SearchSpace

extension RankingObjective.Configuration {
    /// Creates a ranking objective for pilot architectures. Their order comes from the accuracies of a table or from the scores of a run.
    /// - Parameters:
    ///   - path: path of a CSV file (``AccuracyTable``) or of a run directory.
    ///   - data: the data set that the teacher is made for.
    ///   - task: the same data set, loaded.
    ///   - space: the space of the teacher's learners.
    /// - Throws: an `InputMistake` if the run has another space, other settings or other data.
    public init(pilot path: String, of data: DatasetSpecification, _ task: LearningTask, _ space: SearchSpace) throws {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else {
            self.init(pilot: try AccuracyTable(path: path, space: space).architectures.map { ($0.architecture, $0.accuracy) })
            return
        }
        let run = try Run(path: path)
        func refuse(_ other: String, _ mine: String) -> InputError {
            InputError("\(path): a run on \(other), not on \(mine); pilot scores must come from the teacher's own space and data")
        }
        guard run.settings.spaceHash == space.contentHash else { throw refuse("another space", space.name) }
        // Small images may teach the ranking of large ones, so scores of the same data at another image size are allowed.
        guard try run.settings.datasetHash == task.dataset.hash || DatasetSpecification(parsing: run.settings.data).isOfSameFiles(as: data)
        else {
            throw refuse(run.settings.data, "\(data)")
        }
        if let fit = run.settings.fit {
            throw InputError("\(path): candidates differ in \(fit), but a pilot needs equal settings; name a run without \(setting: "fit")")
        }
        let settings = Dictionary(uniqueKeysWithValues: space.settings.map { ($0.name, $0.value) })
        guard run.settings.spaceSettings == settings else {
            throw refuse("\(space.name) with \(Self.text(run.settings.spaceSettings))", Self.text(settings))
        }
        self.init(pilot: try run.ranking().map { (try space.architecture($0.candidate.architecture), $0.evaluation.score) })
        proxy = run.scoring.name
    }

    private static func text(_ settings: [String: Int]) -> String {
        settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
}
