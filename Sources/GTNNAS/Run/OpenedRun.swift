import Datasets
import Foundation
import GTN
import ResultStore
import SearchSpace

/// A run that exists, with what its settings say.
struct OpenedRun {
    let directory: RunDirectory
    let store: ResultStore
    let settings: RunSettings

    /// - Parameter forWriting: otherwise it can be read even while a search writes to it.
    init(path: String, forWriting: Bool = false) throws {
        directory = RunDirectory(path: path)
        store = forWriting ? try ResultStore.open(at: directory.url) : try ResultStore.openForReading(at: directory.url)
        do {
            settings = try RunSettings(texts: try store.settings())
        } catch let error as DecodingError {
            throw InputRefusal("\(directory.shown): its settings cannot be read (\(error)); was it made by another version?")
        }
    }

    var proxy: String { settings.proxy.rawValue }
    var tables: RunTables { RunTables(store: store, proxy: proxy) }

    /// The space at the file's own image size and the run's settings.
    func space() throws -> SearchSpace {
        let run = try store.run()
        return try SearchSpace.parse(run.spaceText, file: "\(run.spaceName) (kept in \(directory.shown))")
            .with(settings: settings.spaceSettings.sorted { $0.key < $1.key }.map { (name: $0.key, value: "\($0.value)") })
    }

    /// The run's data set, split as it was.
    func task() throws -> LearningTask {
        let dataset = try Dataset.load(DatasetSpecification(parsing: settings.data))
        guard dataset.hash == settings.datasetHash else {
            throw InputRefusal(
                "\(settings.data): its content has changed since \(directory.shown) was begun; restore it to go on with this run")
        }
        return LearningTask(dataset, seed: settings.splitSeedNumber)
    }
}
