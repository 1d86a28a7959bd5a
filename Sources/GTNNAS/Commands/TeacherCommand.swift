import Basics
import ArgumentParser
import Foundation
import GTN
import Reports
import SearchSpace
import Tensors

struct TeacherCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "teacher", abstract: "Shows, tests and changes teacher files.",
        subcommands: [
            TeacherShowCommand.self, TeacherTestCommand.self, TeacherPassesCommand.self, TeacherAdviseCommand.self,
            TeacherReplayCommand.self,
        ])
}

struct TeacherShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows how a teacher was made, its learning rates and momenta, and its images.",
        discussion: """
            --images writes the synthetic images as one PNG: a row for each inner step, a column for each image, ordered by class. Long \
            curricula are sampled evenly.

            Example:
              gtn-nas teacher show T.safetensors --images T.png
            """)

    @OptionGroup var source: TeacherFileArgument

    @Option(help: ArgumentHelp("Write the synthetic images to this PNG file.", valueName: "file.png")) var images: String?

    @Option(help: ArgumentHelp("Show only this many images per class and step.", valueName: "count")) var perClass: Int?

    @Flag(help: OutputOptions.jsonHelp) var json = false

    func run() throws {
        if let images { try OutputFile.check(images) }
        if let perClass { _ = try SettingCheck.whole("per-class", perClass, 1...100) }
        let file = try source.file()
        let curriculum = file.curriculum.curriculum()
        if let images {
            let shape = curriculum.images.shape
            guard !shape.contains(0), file.recipe.mean.count == shape[2], file.recipe.std.count == shape[2] else {
                throw InputRefusal(
                    """
                    \(source.path): cannot draw images of shape \(shape) with \(file.recipe.mean.count) means; make a teacher with \
                    'gtn-nas teach'
                    """)
            }
            try CurriculumSheet(curriculum, mean: file.recipe.mean, std: file.recipe.std, perClass: perClass).image.encoded
                .write(to: URL(fileURLWithPath: images), options: .atomic)
        }
        if json {
            var fields = try Self.fields(of: file.recipe)
            fields["teacher"] = source.path
            fields["learning_rate"] = curriculum.learningRate.doubles
            fields["momentum"] = curriculum.momentum.doubles
            fields["image_shape"] = Array(curriculum.images.shape.dropFirst(2))
            fields["classes"] = curriculum.labels.shape[2]
            if let images { fields["images"] = images }
            try Console.json("teacher show", fields)
            return
        }
        printFacts(file.recipe, curriculum)
        if let images { Console.note("images written to \(images)") }
    }

    /// The recipe, with the field names of the teacher file's metadata.
    private static func fields(of recipe: TeacherRecipe) throws -> [String: Any] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return try JSONSerialization.jsonObject(with: encoder.encode(recipe)) as? [String: Any] ?? [:]
    }

    private func printFacts(_ recipe: TeacherRecipe, _ curriculum: Curriculum) {
        let shape = curriculum.images.shape
        var facts = TextTable([.left, .left])
        facts.add("teacher", source.path)
        facts.add("kind", recipe.kind.rawValue + (recipe.curriculum.map { ", curriculum \($0.rawValue)" } ?? ""))
        if let distillation = recipe.distillation {
            facts.add("distilled for", "\(distillation.initialization.rawValue) initialization, \(distillation.epochs) epochs")
        }
        if let mistake = recipe.mistake { facts.add("causes a mistake", "class \(mistake.from) for \(mistake.to)") }
        facts.add("curriculum", "\(recipe.steps) steps of \(recipe.batch) images \(FeatureShape(shape[2], shape[3], shape[4]))")
        if let passes = recipe.passes {
            facts.add("passes", recipe.pilot == nil ? "\(passes), on one cycle of the learning rate" : "\(passes), as in meta-training")
        }
        if let pilot = recipe.pilot { facts.add("made to rank", recipe.rankingText(of: pilot)) }
        facts.add("data set", "\(recipe.dataset) (\(recipe.datasetHash))")
        let settings = recipe.spaceSettings.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        facts.add("space", "\(recipe.space) (\(recipe.spaceHash))\(settings.isEmpty ? "" : ": \(settings)")")
        facts.add("normalization", "mean \(list(recipe.mean)), std \(list(recipe.std))")
        facts.add("learners' norm", recipe.normKind)
        facts.add(
            "meta-steps",
            "\(recipe.metaSteps) of \(recipe.learnersPerMetaStep) learners\(recipe.elapsedSeconds.map { " in \(decimal($0, 1)) s" } ?? "")")
        facts.add("meta-optimizer", "learning rate \(recipe.metaLearningRate), inner optimizer \(recipe.optimizer.rawValue)")
        if let advice = recipe.recommendation { facts.add("recommends", advice.text) }
        if let initial = recipe.initialSchedule {
            facts.add(
                initial.isLearned ? "initial schedule" : "fixed schedule",
                "learning rate \(initial.learningRate), momentum \(initial.momentum)")
        }
        if let typical = recipe.typical, typical < 1 {
            facts.add("initial images", "from the most typical \(Int((100 * typical).rounded())) % of each class")
        }
        facts.add("seed", "\(recipe.seed)")
        facts.add("versions", recipe.versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        let accuracies = [
            ("accuracy, this teacher", recipe.learnerAccuracy), ("accuracy, real data", recipe.realDataAccuracy),
            ("accuracy, real data at learned rates", recipe.realDataAccuracyLearnedSchedule),
        ]
        for (name, accuracy) in accuracies { if let accuracy { facts.add(name, percent(accuracy)) } }
        facts.print()
        print()
        var steps = TextTable([.right, .right, .right])
        steps.add("step", "rate", "momentum")
        for (step, (rate, momentum)) in zip(curriculum.learningRate.doubles, curriculum.momentum.doubles).enumerated() {
            steps.add("\(step)", decimal(rate, 5), decimal(momentum, 4))
        }
        steps.print()
    }

    private func list(_ values: [Double]) -> String {
        values.map { decimal($0, 4) }.joined(separator: " ")
    }
}

extension TeacherRecipe {
    /// The order in which a teacher learned to rank its `pilot` architectures.
    fileprivate func rankingText(of pilot: Int) -> String {
        let order = "\(pilot) architectures, by \(pilotProxy ?? "their accuracies")"
        return order + (besideParameters == true ? ", together with the number of parameters (for --proxy blend)" : "")
    }
}
