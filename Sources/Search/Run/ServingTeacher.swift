import Foundation
import GTN
import Networks
import SearchSpace

/// A teacher made before that serves a search: made for its data and space.
struct ServingTeacher {
    let path: String
    let file: TeacherFile

    /// The best of several teacher files; nil where none serves.
    ///
    /// A teacher qualifies if it was made with the same configuration as a new one, except time and seed. Where that is the standard way, a
    /// teacher with a
    /// recommendation on scoring serves however it was made, and comes before the others: first one that was made to rank.
    ///
    /// - Parameters:
    ///   - task: the data.
    ///   - space: fitted to the data.
    ///   - configuration: how a new teacher would be made.
    ///   - paths: of the teacher files to choose from.
    ///   - criterion: by what candidates would be scored on a teacher.
    init?(
        for task: LearningTask, _ space: SearchSpace, like configuration: Teaching.Configuration, among paths: [String],
        criterion: (TeacherRecipe) -> ScoreCriterion
    ) {
        let serving = paths.compactMap { path in (try? TeacherFile(path: path)).map { ServingTeacher(path: path, file: $0) } }
            .filter { $0.file.recipe.serves(space, configuration) }
        // The longest made; the first by name among equals.
        func worth(_ recipe: TeacherRecipe) -> (Int, Int, Int) {
            (recipe.recommendation == nil ? 0 : 1, recipe.pilot ?? 0, recipe.metaSteps)
        }
        let best = serving.sorted { worth($0.file.recipe) > worth($1.file.recipe) }
            .first { (try? $0.file.check(scores: task, by: criterion($0.file.recipe), path: $0.path)) != nil }
        guard let best else { return nil }
        self = best
    }

    private init(path: String, file: TeacherFile) {
        self.path = path
        self.file = file
    }
}

extension TeacherFile {
    /// The size of its images, as in "14 x 14 pixels".
    var pixels: String { "\(imageShape[1]) x \(imageShape[2]) pixels" }
}

extension TeacherRecipe {
    /// Whether it was made for this space, as this configuration would make one.
    func serves(_ space: SearchSpace, _ configuration: Teaching.Configuration) -> Bool {
        let isFitting =
            passes == nil && spaceHash == space.contentHash
            && spaceSettings == Dictionary(uniqueKeysWithValues: space.settings.map { ($0.name, $0.value) })
            && kind == configuration.kind && normKind == configuration.normKind.rawValue && distillation == nil && mistake == nil
        var standard = Teaching.Configuration(kind: .distilled, bound: configuration.bound)
        standard.metaTraining = .standard(for: .distilled)
        return isFitting && (isMade(like: configuration) || recommendation != nil && standard.makes(like: configuration))
    }

    private func isMade(like configuration: Teaching.Configuration) -> Bool {
        steps == configuration.steps && batch == configuration.batch && initialSchedule == configuration.initialSchedule
            && metaLearningRate == configuration.metaTraining.learningRate
            && window == configuration.objective.window && learnersPerMetaStep == configuration.metaTraining.learners
    }
}

extension Teaching.Configuration {
    /// Whether teachers of both plans differ in nothing but time and seed.
    fileprivate func makes(like other: Teaching.Configuration) -> Bool {
        kind == other.kind && steps == other.steps && batch == other.batch && initialSchedule == other.initialSchedule
            && metaTraining == other.metaTraining && objective == other.objective && typical == other.typical
    }
}
