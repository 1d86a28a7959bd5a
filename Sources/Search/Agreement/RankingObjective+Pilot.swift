import Basics
import Datasets
import Foundation
import GTN
import SearchSpace

extension RankingObjective.Configuration {
    /// Architectures and what orders them: accuracies of a table, or scores of a run.
    /// - Parameters:
    ///   - path: of a CSV file (``AccuracyTable``), or of a run's directory.
    ///   - data: what the teacher is made for.
    ///   - task: that data set.
    ///   - space: of the teacher's learners.
    /// - Throws: an `InputMistake` where the run is of another space or other data.
    public init(pilot path: String, of data: DatasetSpecification, _ task: LearningTask, _ space: SearchSpace) throws {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else {
            self.init(pilot: try AccuracyTable(path: path, space: space).architectures)
            return
        }
        let run = try Run(path: path)
        func refuse(_ other: String, _ mine: String) -> InputError {
            InputError("\(path): a run on \(other), not on \(mine); a teacher learns to rank by scores of what it will rank")
        }
        guard run.settings.spaceHash == space.contentHash else { throw refuse("another space", space.name) }
        // Small images may learn to rank as large ones do.
        guard try run.settings.datasetHash == task.dataset.hash || DatasetSpecification(parsing: run.settings.data).isOfSameFiles(as: data)
        else {
            throw refuse(run.settings.data, "\(data)")
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
