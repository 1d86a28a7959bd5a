import Foundation
import GTN
import Networks
import SearchSpace

/// Teachers that come with the program, in `Results/teachers`: a search that needs no other takes the one made for its data and space.
struct ShippedTeacher {
    let path: String
    let file: TeacherFile

    /// - Parameter plan: how a new teacher would be made; a shipped one must have been made so, but for the time and the seed. Where that is how teachers are
    ///   made unless one says otherwise, one that comes with advice on scoring will do, however it was made, and goes before the others: first one that
    ///   was made to rank.
    /// - Parameter criterion: by what candidates will be scored on a teacher.
    init?(for task: LearningTask, _ space: SearchSpace, like plan: Teaching.Configuration, criterion: (TeacherRecipe) -> ScoreCriterion) {
        let serving = Self.paths.compactMap { path in (try? TeacherFile(path: path)).map { ShippedTeacher(path: path, file: $0) } }
            .filter { $0.file.recipe.serves(space, plan) }
        // The longest made; the first by name among equals.
        func worth(_ recipe: TeacherRecipe) -> (Int, Int, Int) { (recipe.advice == nil ? 0 : 1, recipe.pilot ?? 0, recipe.metaSteps) }
        let best = serving.sorted { worth($0.file.recipe) > worth($1.file.recipe) }
            .first { (try? $0.file.check(scores: task, by: criterion($0.file.recipe), path: $0.path)) != nil }
        guard let best else { return nil }
        self = best
    }

    private init(path: String, file: TeacherFile) {
        self.path = path
        self.file = file
    }

    /// The files, as paths that can be read from here: of the current directory, else of the package that the program was built in.
    private static var paths: [String] {
        let manager = FileManager.default
        let places =
            ["Results/teachers"]
            + (Bundle.main.executableURL.map { Array(sequence(first: $0.resolvingSymlinksInPath()) { parent($0) }) } ?? [])
            .map { $0.appending(path: "Results/teachers").path }
        guard let place = places.first(where: manager.fileExists(atPath:)) else { return [] }
        return ((try? manager.contentsOfDirectory(atPath: place)) ?? []).filter { $0.hasSuffix(".safetensors") }.sorted().map {
            "\(place)/\($0)"
        }
    }

    private static func parent(_ url: URL) -> URL? { url.path == "/" ? nil : url.deletingLastPathComponent() }
}

extension TeacherFile {
    /// The size of its images, as in "14 x 14 pixels".
    var pixels: String { "\(imageShape[1]) x \(imageShape[2]) pixels" }
}

extension TeacherRecipe {
    /// Whether it was made for this space, as this plan would make one.
    func serves(_ space: SearchSpace, _ plan: Teaching.Configuration) -> Bool {
        let isFitting =
            replays == nil && spaceHash == space.contentHash
            && spaceSettings == Dictionary(uniqueKeysWithValues: space.settings.map { ($0.name, $0.value) })
            && kind == plan.kind && normKind == plan.normKind.rawValue && distillation == nil && mistake == nil
        var standard = Teaching.Configuration(kind: .distilled, bound: plan.bound)
        standard.metaTraining = .standard(for: .distilled)
        return isFitting && (isMade(like: plan) || advice != nil && standard.makes(like: plan))
    }

    private func isMade(like plan: Teaching.Configuration) -> Bool {
        steps == plan.steps && batch == plan.batch && initialSchedule == plan.initialSchedule
            && metaLearningRate == plan.metaTraining.learningRate
            && window == plan.objective.window && learnersPerMetaStep == plan.metaTraining.learners
    }
}

extension Teaching.Configuration {
    /// Whether teachers of both plans differ in nothing but time and seed.
    fileprivate func makes(like other: Teaching.Configuration) -> Bool {
        kind == other.kind && steps == other.steps && batch == other.batch && initialSchedule == other.initialSchedule
            && metaTraining == other.metaTraining && objective == other.objective && typical == other.typical
    }
}
