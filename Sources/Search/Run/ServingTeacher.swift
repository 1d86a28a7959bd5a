import Foundation
import GTN
import Networks
import SearchSpace

/// An existing teacher that fits a search: it was made for the same data and space.
struct ServingTeacher {
    let path: String
    let file: TeacherFile

    /// Chooses the best of several teacher files; nil if none fits.
    ///
    /// A teacher fits if it was made with the given configuration, except for time and seed. If that is the default configuration, any
    /// teacher that recommends a scoring fits, too. Recommending teachers are preferred, and among them those made to rank.
    ///
    /// - Parameters:
    ///   - task: the data.
    ///   - space: the space, fitted to the data.
    ///   - configuration: how a new teacher would be made.
    ///   - paths: paths of the teacher files to choose from.
    ///   - criterion: returns the criterion that candidates would be scored by on a teacher.
    init?(
        for task: LearningTask, _ space: SearchSpace, like configuration: Teaching.Configuration, among paths: [String],
        criterion: (TeacherRecipe) -> ScoreCriterion
    ) {
        let serving = paths.compactMap { path in (try? TeacherFile(path: path)).map { ServingTeacher(path: path, file: $0) } }
            .filter { $0.file.recipe.serves(space, configuration) }
        // Among equals, the teacher with the most meta-steps comes first, then the one listed first.
        func preference(_ recipe: TeacherRecipe) -> (Int, Int, Int) {
            (recipe.recommendation == nil ? 0 : 1, recipe.pilot ?? 0, recipe.metaSteps)
        }
        let best = serving.sorted { preference($0.file.recipe) > preference($1.file.recipe) }
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
    /// The size of the images, as in "14 x 14 pixels".
    var pixels: String { "\(imageShape[1]) x \(imageShape[2]) pixels" }
}

extension TeacherRecipe {
    /// Whether the teacher was made for this space and with this configuration. If the configuration is the default, a teacher that
    /// recommends a scoring need not match it.
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
    /// Whether teachers of both configurations differ only in time and seed.
    fileprivate func makes(like other: Teaching.Configuration) -> Bool {
        kind == other.kind && steps == other.steps && batch == other.batch && initialSchedule == other.initialSchedule
            && metaTraining == other.metaTraining && objective == other.objective && typical == other.typical
    }
}
