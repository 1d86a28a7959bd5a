import Basics
import Datasets
import Foundation
import GTN
import Networks
import RankStatistics
import ResultStore
import SearchSpace

extension SearchRequest {
    /// An existing teacher.
    private struct GivenTeacher {
        let path: String
        let file: TeacherFile
    }

    /// The bounds of a search; nil where there is none.
    private struct Bounds {
        var budgetSeconds: Double?
        var metaSteps: Int?
        var candidates: Int?
    }

    /// Number of candidates for a free score without a bound. More candidates hardly improve the best one.
    private static let freeCandidates = 1_000

    /// The error of a search that makes a teacher and has no bound.
    private static let unbounded = InputError(
        "a search needs a bound: \(setting: "budget-seconds") 10m, or \(setting: "meta-steps") 200 and \(setting: "candidates") 50")

    private var proxy: Proxy { scoring.proxy(begun: nil) }
    private var needsTeacher: Bool { proxy.trained == .curriculum }

    /// Checks the request, fills in defaults and returns a search that is ready to run. It reads all input files and writes nothing.
    /// - Throws: an `InputMistake` for contradictory settings and unusable files.
    public func prepare() throws -> PreparedSearch {
        if resumes, directory == nil {
            throw InputError("\(setting: "resumes") needs \(setting: "directory") DIRECTORY, the run to resume")
        }
        let earlier = try resumes ? Run(path: directory!) : nil
        var request = self
        request.scoring.proxy = scoring.proxy(begun: earlier?.scoring)
        request.cost = cost ?? earlier?.settings.cost
        return try request.prepare(earlier)
    }

    private func prepare(_ earlier: Run?) throws -> PreparedSearch {
        try checkNumbers()
        let bounds = try bounds(earlier?.settings)
        var configuration = teaching
        configuration.bound = bounds.metaSteps.map { .metaSteps($0) } ?? .seconds(bounds.budgetSeconds ?? 0)
        (configuration.seed, configuration.workers, configuration.threads, configuration.device) = (seed, workers, threads, device)
        // A resumed run keeps its teacher.
        let named = teacher ?? earlier.map { $0.settings.teacher.map(TeacherSource.file) ?? .new }
        var given = try needsTeacher ? openTeacher(named, earlier) : nil
        if let name = given?.file.recipe.normKind, let kind = NormKind(rawValue: name) { configuration.normKind = kind }
        // Checks of small files come before the data set is read.
        let runDirectory = directory.map(RunDirectory.init) ?? .standard(space: space.name)
        if !resumes { try runDirectory.checkIsFree() }

        var task = LearningTask(try Dataset.load(DatasetSpecification(parsing: data)), seed: given?.file.recipe.seed ?? seed)
        var space = try space.with(proxySettings: proxySettings).fitted(to: task)
        if countsInt8 { space.bytesPerActivation = 1 }
        // Limits that cannot be met, and a space that is too large for the strategy, are refused before meta-training.
        let draw = try LimitedDraw(
            space, within: candidatesFile == nil || fit != nil ? limits : CostLimits(),
            walks: earlier == nil || earlier?.settings.shareInside != nil, fit: fit)
        _ = try draw.proposer(strategy, cost: cost ?? .macs, seed: seed)
        let list = try candidatesFile.map { try space.candidates(inFile: $0).map(draw.fitted) }
        let isKnown = try earlier.map { try !$0.store.references().isEmpty } ?? false
        let references = isKnown ? [] : try references(accuracies ?? earlier?.settings.accuracies, space)
        let seconds = AggregateTraining.seconds(
            budget: bounds.budgetSeconds, candidates: (list?.count ?? bounds.candidates).map { $0 + references.count })
        func resolved(_ recipe: TeacherRecipe?, passes: () throws -> Int) rethrows -> Scoring {
            let allowsPasses = recipe.map { $0.optimizer == .sgd && $0.passes == nil } ?? (configuration.initialSchedule.optimizer == .sgd)
            let isStandard = earlier == nil && recipe?.recommendation == nil && (proxy == .aggregate || configuration.kind == .real)
            guard allowsPasses, isStandard else {
                return self.scoring.scoring(begun: earlier?.scoring, recommendation: recipe?.recommendation)
            }
            return self.scoring.scoring(
                recommendation: ScoringRecommendation(passes: try passes(), peakRate: AggregateTraining.rate, criterion: .trainingLoss))
        }
        // The criterion does not depend on the number of passes.
        func criterion(_ recipe: TeacherRecipe) -> ScoreCriterion { resolved(recipe) { 2 }.criterion ?? .loss }
        if let given { try check(given, task, space, by: criterion(given.file.recipe)) }
        var notes: [UserMessage] = []
        if needsTeacher, named == nil, bounds.metaSteps == nil,
            let serving = ServingTeacher(for: task, space, like: configuration, among: shippedTeachers, criterion: criterion)
        {
            given = GivenTeacher(path: serving.path, file: serving.file)
            task = LearningTask(task.dataset, seed: serving.file.recipe.seed)
            let size = serving.file.imageShape == task.imageShape ? "" : " at \(serving.file.pixels)"
            notes.append(
                "teacher \(serving.path), made for this data and space\(size); \(setting: "teacher") new meta-trains another")
        }
        var training: AggregateTraining?
        if given == nil, let begun = earlier?.settings.teaching, begun.kind == .real {
            (configuration.kind, configuration.steps, configuration.batch) = (begun.kind, begun.steps, begun.batch)
        } else if given == nil, earlier == nil, teacher == .real || teachesOnRealImages(bounds) {
            configuration.kind = .real
            if hasStandardTeaching {
                let chosen = try AggregateTraining(
                    space, task, sizes: ProxyScale.sizes(space, task, data: data), candidates: list ?? someWithinLimits(draw),
                    seconds: seconds)
                (configuration.steps, configuration.batch) = (chosen.batches, AggregateTraining.batch)
                training = chosen
            }
        }
        // A space that does not fit the teacher's image size is refused here. An earlier version scored at full size.
        let scale = try earlier.map(\.settings.proxyScale) ?? training?.scale ?? self.scale(space, task, given)
        var scoring = try resolved(given?.file.recipe) {
            try training?.passes
                ?? AggregateTraining.passes(
                    scale!.space(space, task), candidates: list ?? (fit == nil ? nil : someWithinLimits(draw)),
                    images: given.map { $0.file.recipe.steps * $0.file.recipe.batch } ?? configuration.steps * configuration.batch,
                    seconds: seconds)
        }
        if fit != nil { scoring = scoring.without(limits.onlyCost) }
        if let given { notes += Self.notes(on: given, scoring) }
        if let given { _ = try space.fitted(to: given.file.imageShape, classes: task.classes) }
        try check(scoring, given, configuration)
        if needsTeacher, given == nil, configuration.kind != .real, bounds.budgetSeconds == nil, bounds.metaSteps == nil {
            throw Self.unbounded
        }
        if let limits = limits.computable.text(int8: countsInt8) {
            let values = fit.map { " with some value of \($0)" } ?? ""
            notes.append("\(LimitedShare.text(draw.share)) of \(space.name)'s architectures have \(limits)\(values)")
        }
        var settings = settings(
            task, space, configuration, given, scoring, bounds, earlier?.settings, shareInside: limits.computable.isEmpty ? nil : draw.share
        )
        settings.proxyScale = scale
        settings.accuracies = accuracies ?? earlier?.settings.accuracies
        if let earlier {
            if strategy == .pareto, let cost, cost != earlier.settings.equalCost {
                throw InputError(
                    """
                    \(runDirectory.shown) was started with \(setting: "cost") \(earlier.settings.equalCost.rawValue), which its \
                    \(setting: "strategy") pareto keeps low; omit \(setting: "cost") \(cost.rawValue)
                    """)
            }
            try settings.checkContinues(earlier.store.settings(), run: runDirectory.shown)
            try scale?.checkContinues(with: proxySettings, run: runDirectory.shown)
        }
        try shares.check()
        try settings.phaseShares.check()
        return PreparedSearch(
            task: task, space: space, settings: settings, references: references, teaching: configuration, teacher: given?.file,
            candidates: list, draw: draw,
            latency: latency, directory: runDirectory, resumes: resumes, command: command, notes: notes)
    }

    /// The scale at which candidates are scored without the standard training on real images: that of the teacher, else the smallest.
    private func scale(_ space: SearchSpace, _ task: LearningTask, _ given: GivenTeacher?) throws -> ProxyScale {
        if let given { return try ProxyScale(space, given.file) }
        return try ProxyScale(space, ProxyScale.sizes(space, task, data: data).last!)
    }

    /// Candidates within the limits; nil without limits.
    private func someWithinLimits(_ draw: LimitedDraw) throws -> [Candidate]? {
        guard !limits.computable.isEmpty else { return nil }
        var random = SeededGenerator(seed: 0)
        return try (0..<AggregateTraining.networks).compactMap { _ in try draw(using: &random) }
    }

    /// Whether a limit on memory counts 8-bit numbers.
    private var countsInt8: Bool { int8 && limits.memory != nil }

    /// Whether no setting of a new teacher was changed.
    private var hasStandardTeaching: Bool { Teaching.Settings(teaching) == Teaching.Settings(SearchRequest(space, data: data).teaching) }

    /// Whether an aggregate needs no new teacher, because the request says nothing about one.
    private func teachesOnRealImages(_ bounds: Bounds) -> Bool {
        proxy == .aggregate && teacher == nil && bounds.metaSteps == nil && hasStandardTeaching
    }

    /// The number of references that are scored. More accuracies hardly change the weights.
    private static let mostReferences = 64

    /// The architectures of which accuracies are given; of many, those with the lowest hashes.
    private func references(_ accuracies: String?, _ space: SearchSpace) throws -> [Reference] {
        guard let accuracies else { return [] }
        guard proxy == .aggregate else {
            throw InputError(
                "\(setting: "accuracies") \(accuracies): only \(setting: "proxy") aggregate learns from accuracies; omit one of them")
        }
        let table = try AccuracyTable(path: accuracies, space: space, fit: fit)
        guard table.architectures.count >= RankAggregate.fewestAccuracies else {
            throw InputError(
                """
                \(accuracies): has accuracies of \(table.architectures.count) different architectures; at least \
                \(RankAggregate.fewestAccuracies) are needed to learn from
                """)
        }
        let all = try table.architectures.map { row in
            Reference(
                candidate: try row.values.map { try space.candidate(row.architecture, values: $0) } ?? space.candidate(row.architecture),
                accuracy: row.accuracy)
        }
        return Array(all.sorted { $0.candidate.hash < $1.candidate.hash }.prefix(Self.mostReferences))
    }

    /// The bounds of the search. A resumed run keeps its bounds unless the request sets others.
    private func bounds(_ earlier: RunSettings?) throws -> Bounds {
        var bounds = Bounds(
            budgetSeconds: budgetSeconds ?? earlier?.budgetSeconds, metaSteps: metaSteps ?? earlier?.metaSteps,
            candidates: candidates ?? earlier?.candidates)
        if bounds.budgetSeconds == nil {
            if needsTeacher, teacher == .new, bounds.metaSteps == nil { throw Self.unbounded }
            if bounds.candidates == nil, candidatesFile == nil {
                throw InputError("a search needs a bound: \(setting: "budget-seconds") 10m, or \(setting: "candidates") 50")
            }
        }
        if [.parameters, .macs].contains(proxy), bounds.candidates == nil, candidatesFile == nil {
            bounds.candidates = Self.freeCandidates
        }
        return bounds
    }

    /// The named teacher. A resumed run reads the run's copy unless the request names a teacher.
    private func openTeacher(_ named: TeacherSource?, _ earlier: Run?) throws -> GivenTeacher? {
        guard case .file(let path)? = named else { return nil }
        let copy = teacher == nil ? earlier?.directory.teacher : nil
        let file = copy.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil } ?? path
        return GivenTeacher(path: path, file: try TeacherFile(path: file))
    }

    /// Checks that candidates can be scored on a teacher, at the data's image size or else at the teacher's.
    private func check(_ given: GivenTeacher, _ task: LearningTask, _ space: SearchSpace, by criterion: ScoreCriterion) throws {
        try ProxyScale(space, given.file).check(given.file, scores: task, by: criterion, path: given.path)
    }

    /// Notes on using a teacher with a scoring.
    private static func notes(on given: GivenTeacher, _ scoring: Scoring) -> [UserMessage] {
        var notes: [UserMessage] = []
        if case .curriculum = scoring, given.file.recipe.besideParameters == true {
            notes.append(
                "teacher \(given.path): trained to rank together with the number of parameters; use \(setting: "proxy") blend")
        }
        if let advice = given.file.recipe.recommendation, case .curriculum(let training) = scoring.recorded,
            training.criterion.needsEvaluation,
            !advice.criterion.needsEvaluation, training.passes > 1
        {
            notes.append(
                """
                teacher \(given.path): recommends scoring by \(advice.criterion.rawValue); after \(training.passes) passes, \
                \(training.criterion.rawValue) on real images may rank in reverse order
                """)
        }
        return notes
    }

    private func check(_ scoring: Scoring, _ given: GivenTeacher?, _ configuration: Teaching.Configuration) throws {
        try self.scoring.check(resolved: scoring)
        guard case .curriculum(let training) = scoring.recorded else { return }
        guard training.passes > 1 else {
            return
        }
        if let given { return try given.file.checkPasses(path: given.path) }
        guard configuration.initialSchedule.optimizer == .sgd else {
            throw InputError(
                """
                \(setting: "passes") \(training.passes): several passes need \(setting: "optimizer") \(InnerOptimizer.sgd.rawValue), not \
                \(configuration.initialSchedule.optimizer.rawValue); omit one of the two settings
                """)
        }
    }

    private func settings(
        _ task: LearningTask, _ space: SearchSpace, _ configuration: Teaching.Configuration, _ given: GivenTeacher?, _ scoring: Scoring,
        _ bounds: Bounds, _ earlier: RunSettings?, shareInside: Double?
    ) -> RunSettings {
        let makesTeacher = needsTeacher && given == nil
        return RunSettings(
            data: data, datasetHash: task.dataset.hash, seed: "\(seed)", splitSeed: "\(task.seed)", spaceHash: space.contentHash,
            spaceSettings: Dictionary(uniqueKeysWithValues: space.settings.map { ($0.name, $0.value) }), scoring: scoring,
            strategy: strategy, maxParameters: limits.parameters, maxMacs: limits.macs, maxMemory: limits.memory,
            maxLatency: limits.latency, fit: fit, int8: countsInt8 ? true : nil,
            shareInside: shareInside, latencySource: latency?.name, cost: cost, teacher: given?.path,
            teaching: makesTeacher ? .init(configuration) : nil,
            normKind: configuration.normKind, candidatesFile: candidatesFile, realTraining: RealTraining.Recipe(),
            budgetSeconds: bounds.budgetSeconds, shares: shares, metaSteps: bounds.metaSteps, candidates: bounds.candidates,
            validate: validate ?? Self.standardValidations, validatesMore: validate == nil ? true : nil, epochs: epochs, images: images,
            workers: workers, threads: threads, device: "\(device)")
    }

    private func checkNumbers() throws {
        if let budgetSeconds, !(budgetSeconds > 0 && budgetSeconds.isFinite) {
            throw InputError(
                """
                \(setting: "budget-seconds") \(TimeSpan(seconds: budgetSeconds)): expected a positive, finite time, such as \
                \(setting: "budget-seconds") 10m
                """
            )
        }
        try SettingCheck.ifGiven("validate", validate, 0...100_000)
        try SettingCheck.ifGiven("epochs", epochs, 1...10_000)
        try SettingCheck.ifGiven("limits.parameters", limits.parameters, 1...Int.max)
        try SettingCheck.ifGiven("limits.macs", limits.macs, 1...Int.max)
        try SettingCheck.ifGiven("limits.memory", limits.memory, 1...Int.max)
        if let milliseconds = limits.latency {
            _ = try SettingCheck.positive("limits.latency", milliseconds)
            guard latency != nil else {
                throw InputError(
                    "\(setting: "limits.latency") \(milliseconds): needs a way to measure latencies; set \(setting: "latency")")
            }
        }
        try scoring.check(makesTeacher: teacher == .new)
        try SettingCheck.ifGiven("images", images, 100...100_000_000)
        try SettingCheck.ifGiven("candidates", candidates, 1...10_000_000)
        try SettingCheck.ifGiven("meta-steps", metaSteps, 0...1_000_000_000)
        try SettingCheck.ifGiven("workers", workers, 1...256)
        try SettingCheck.ifGiven("threads", threads, 1...256)
        try checkFit()
        guard candidatesFile != nil else { return try checkHalving() }
        if limits != CostLimits(), fit == nil {
            throw InputError(
                """
                limits such as \(setting: "limits.macs") do not apply to a \(setting: "candidates-file"), which lists exactly what is \
                scored; omit one of them
                """)
        }
        if strategy != .random {
            throw InputError(
                """
                \(setting: "strategy") \(strategy.rawValue): a \(setting: "candidates-file") already lists the candidates; omit one of them
                """)
        }
        if candidates != nil { throw InputError("\(setting: "candidates") and \(setting: "candidates-file") exclude each other") }
    }

    private func checkFit() throws {
        guard let fit else { return }
        if limits.isEmpty {
            throw InputError("\(setting: "fit") \(fit): needs a limit that candidates are fitted to, such as \(setting: "limits.macs") 10M")
        }
        if latency is LatencyTable { throw LatencyTable.refusal(fit: fit) }
        try checkEqualCost(fit)
        if candidatesFile != nil, limits.latency != nil {
            throw InputError(
                """
                \(setting: "fit") \(fit): candidates of a \(setting: "candidates-file") cannot be fitted to \(setting: "limits.latency"); \
                use another limit
                """)
        }
    }

    /// Refuses rankings by the one cost that is limited: after fitting, only rounding makes it differ.
    private func checkEqualCost(_ fit: String) throws {
        guard let cost = limits.onlyCost else { return }
        let isRanked =
            switch proxy {
            case .parameters, .blend, .realStepsBlend, .realSecondsBlend: cost == .parameters
            case .macs: cost == .macs
            case .curriculum, .aggregate, .realSteps, .realSeconds, .synflow, .nwot, .snip, .grasp, .fisher, .jacobianCovariance,
                .gradientNorm, .zico, .trainability, .expressivity:
                false
            }
        let reason = "all candidates are fitted to a limit on \(cost.name)"
        if isRanked {
            throw InputError(
                """
                \(setting: "proxy") \(proxy.rawValue): \(reason), so ranking by it means nothing; choose another proxy, or omit \
                \(setting: "fit")
                """)
        }
        if strategy == .pareto, (self.cost ?? .macs) == cost {
            throw InputError(
                """
                \(setting: "strategy") pareto: \(reason), so there is no front; choose another \(setting: "cost"), or omit \
                \(setting: "fit")
                """)
        }
    }

    private func checkHalving() throws {
        guard strategy == .halving, ![.curriculum, .realSteps, .realSeconds].contains(proxy.trained) else { return }
        throw InputError(
            """
            \(setting: "strategy") halving: \(setting: "proxy") \(proxy.rawValue) trains nothing that could be shortened; choose \
            curriculum, real-steps, real-seconds or a blend of one of them
            """)
    }
}
