import Basics
import Foundation
import RankStatistics
import ResultStore

// The validation of a search. Candidates are chosen once, and remaining time is used for more of them.
extension ValidationPhase {
    /// The choices made when validation began; a resumed run keeps them.
    private struct Chosen: Codable {
        var configuration: ValidationConfiguration
        var hashes: [String]
    }

    private static let chosenKey = "validation_configuration"

    private var settings: RunSettings { run.settings }

    /// Validates the candidates of a search, or continues to.
    func validate(until deadline: Deadline) throws {
        let ranking = try run.ranking().map(\.candidate)
        let all = Ranking.spread(settings.validate, of: ranking.count).map { ranking[$0] }
        guard !all.isEmpty else { return }
        let earlier = try store.settings()[Self.chosenKey].map { try JSONDecoder().decode(Chosen.self, from: Data($0.utf8)) }
        let byHash = Dictionary(uniqueKeysWithValues: ranking.map { ($0.hash, $0) })
        let list = earlier?.hashes.compactMap { byHash[$0] } ?? all
        let done = try earlier.map { try hashes(trainedIn: $0.configuration) } ?? []
        let open = list.filter { !done.contains($0.hash) }
        guard !open.isEmpty else {
            if let earlier { try validateMore(earlier.configuration, until: deadline) }
            return
        }
        var pace: [String: Double] = [:]
        if deadline.time.isFinite {
            onEvent(.stage(.measuringPace, done: 0))
            pace = try pilot(open, until: deadline)
        }
        var trainings = OpenTrainings(
            candidates: open, pace: pace, configuration: try earlier?.configuration ?? configuration(open, pace, deadline))
        if try earlier == nil && isScaleOpen(deadline) && !isWhole(trainings.configuration) {
            trainings = try reduced(trainings, ranking, until: deadline)
        }
        try carryOut(trainings, of: earlier == nil ? trainings.candidates : list, done: done.count, until: deadline)
    }

    /// Trainings that are still to be done.
    private struct OpenTrainings {
        var candidates: [Candidate]
        /// Seconds of a step, by hash.
        var pace: [String: Double]
        /// nil if there is no time for any.
        var configuration: ValidationConfiguration?
    }

    /// Less work: fewer candidates, if their full networks can train for an epoch, else networks at the proxy scale.
    private func reduced(_ trainings: OpenTrainings, _ ranking: [Candidate], until deadline: Deadline) throws -> OpenTrainings {
        var trainings = trainings
        if settings.validatesMore == true {
            let fewer = Ranking.spread(min(Self.fewestAtFullScale, trainings.candidates.count), of: ranking.count).map { ranking[$0] }
            let more = try pilot(fewer.filter { trainings.pace[$0.hash] == nil }, until: deadline)
            trainings.pace.merge(more) { $1 }
            trainings.configuration = try configuration(fewer, trainings.pace, deadline)
            if isWhole(trainings.configuration) {
                trainings.candidates = fewer
                return trainings
            }
        }
        guard hasProxyScale, !deadline.isReached else { return trainings }
        try run.validateAtProxyScale()
        onEvent(.note("too little time to validate full-size networks; validating at the proxy scale instead"))
        trainings.pace = try pilot(trainings.candidates, until: deadline)
        trainings.configuration = try configuration(trainings.candidates, trainings.pace, deadline)
        return trainings
    }

    /// - Parameters:
    ///   - list: all candidates to validate.
    ///   - done: how many of them were validated earlier.
    private func carryOut(_ trainings: OpenTrainings, of list: [Candidate], done: Int, until deadline: Deadline) throws {
        let (open, pace) = (trainings.candidates, trainings.pace)
        guard let configuration = trainings.configuration else {
            if !deadline.isCancelled {
                onEvent(.note("no time was left to validate candidates; use a longer \(setting: "budget-seconds")"))
            }
            return
        }
        let chosen = Chosen(configuration: configuration, hashes: list.map(\.hash))
        try store.record(setting: Self.chosenKey, value: String(decoding: JSONEncoder().encode(chosen), as: UTF8.self))
        onEvent(.stage(.validation(candidates: open.count, configuration, seedIndex: 0), done: 0))
        try train(open, configuration, secondsPerStep: pace, until: deadline, of: open.count)
        let tried = try store.validations().filter { configuration.epochs == $0.epochs && configuration.images == $0.images }
        let missing = open.count - tried.count + done
        if missing > 0, !deadline.isCancelled {
            onEvent(
                .note(
                    """
                    time ran out before \(missing) of the \(list.count) candidates were validated; to validate them, use \
                    \(setting: "resumes") with a longer \(setting: "budget-seconds")
                    """))
        }
        if missing == 0 { try validateMore(configuration, until: deadline) }
    }

    func hashes(trainedIn configuration: ValidationConfiguration) throws -> Set<String> {
        Set(
            try store.validated().filter { configuration.epochs == $0.validation.epochs && configuration.images == $0.validation.images }
                .map(\.hash))
    }

    /// Uses the remaining time to validate more candidates, spread over the ranking, as more pairs give narrower intervals. Does nothing if
    /// the request set the number of candidates.
    private func validateMore(_ configuration: ValidationConfiguration, until deadline: Deadline) throws {
        guard settings.validatesMore == true, deadline.time.isFinite else { return }
        onEvent(.stage(.furtherValidation, done: try store.validations().count))
        while !deadline.isReached {
            let tried = try Set(
                store.validations().filter { $0.epochs == configuration.epochs && $0.images == configuration.images }.map(\.hash))
            let ranking = try run.ranking().map(\.candidate)
            let places = Set(ranking.indices.filter { tried.contains(ranking[$0].hash) })
            // Groups are small. A group trains costliest first, so a large one would lose its cheapest candidates when time runs out.
            let next = Ranking.fillingGaps(settings.workers, chosen: places, of: ranking.count).map { ranking[$0] }
            guard !next.isEmpty else { return }
            let pace = try pilot(next, until: deadline)
            let trained = try train(next, configuration, secondsPerStep: pace, until: deadline, of: tried.count + next.count)
            guard trained == next.count else { return }
        }
    }

    /// The number of candidates that must be able to train for a whole epoch, or validations are at the proxy scale.
    private static let fewestAtFullScale = 8

    /// Whether the scale of validations can still be chosen.
    private func isScaleOpen(_ deadline: Deadline) throws -> Bool {
        try settings.epochs == nil && deadline.time.isFinite && !deadline.isReached && !run.validatesAtProxyScale()
            && store.validations().isEmpty
    }

    private func isWhole(_ configuration: ValidationConfiguration?) -> Bool {
        configuration.map { $0.images == min(settings.images, trainingImages) } ?? false
    }

    private func configuration(_ candidates: [Candidate], _ pace: [String: Double], _ deadline: Deadline) throws -> ValidationConfiguration?
    {
        let images = min(settings.images, trainingImages)
        if let epochs = settings.epochs { return try run.configuration(epochs: epochs, images: images) }
        guard deadline.time.isFinite else { return try run.configuration(epochs: Self.epochsWithoutBudget, images: images) }
        return try configuration(candidates, secondsPerStep: pace, images: images, until: deadline)
    }
}
