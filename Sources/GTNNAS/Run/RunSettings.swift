import ArgumentParser
import Foundation
import GTN
import Networks
import ResultStore
import Search

/// What a candidate is scored by.
enum Proxy: String, Codable, CaseIterable, ExpressibleByArgument {
    /// Short training on a teacher's curriculum.
    case curriculum
    /// Short training on real images: a number of steps, or as many as fit into a time.
    case realSteps = "real-steps"
    case realSeconds = "real-seconds"
    /// The number of trainable parameters: costs nothing.
    case parameters
    /// Multiply-accumulate operations for one image: costs nothing.
    case macs
    /// Scores of untrained networks, on one batch of real images at most.
    case synflow, nwot, snip, grasp, fisher
    case jacobianCovariance = "jacob_cov"
    case gradientNorm = "grad_norm"
    /// The sum of the ranks by one of the trainings above and by parameters.
    case blend
    case realStepsBlend = "real-steps-blend"
    case realSecondsBlend = "real-seconds-blend"

    /// What evaluations are recorded under: blends are taken from another proxy's when a ranking is read.
    var recorded: Proxy { ResultStore.blends[rawValue].flatMap(Proxy.init(rawValue:)) ?? self }

    /// Whether a candidate is trained, for longer or for less long.
    var trains: Bool { [.curriculum, .realSteps, .realSeconds].contains(recorded) }

    /// The name that evaluations of a rung of successive halving are recorded under: on the last, that of the proxy.
    func rungName(_ rung: Int) -> String {
        let divisor = SuccessiveHalving.divisor(ofRung: rung)
        return divisor == 1 ? rawValue : "\(rawValue) 1/\(divisor)"
    }

    var zeroCost: ZeroCostScore? { ZeroCostScore(rawValue: rawValue) }
    /// Whether a search by it would be through with any number of candidates in no time.
    var isFree: Bool { self == .parameters || self == .macs }
}

/// How candidates are chosen.
enum Strategy: String, Codable, CaseIterable, ExpressibleByArgument {
    case random
    /// Regularized evolution.
    case evolution
    /// Neighbors of the best.
    case local
    /// Random ones, the better third of which is trained for longer, twice over.
    case halving
    /// All there are.
    case exhaustive
}

/// The resolved settings of a run: kept with it, word for word in its database and in `settings.json`.
struct RunSettings: Codable {
    struct Shares: Codable {
        var metaTraining: Double
        var scoring: Double
        var validation: Double
    }

    var data: String
    var datasetHash: String
    /// Numbers of 64 bits as text: JSON's readers keep whole numbers to 2^53 only.
    var seed: String
    /// The seed that splits the data: the teacher's, so that nothing it learned from judges candidates.
    var splitSeed: String
    var spaceHash: String
    var spaceSettings: [String: Int]
    var proxy: Proxy
    /// What of a training the score is; nil for the loss.
    var scoreBy: ScoreCriterion?
    /// How often a candidate goes through the curriculum; nil for once, as its rates are learned for.
    var replays: Int?
    /// The peak of the rate then; nil for the mean of the learned ones.
    var replayRate: Double?
    /// Trainings of a candidate on the curriculum; nil for one.
    var initializations: Int?
    /// nil in runs from before there was a choice: random.
    var strategy: Strategy?
    /// What proposed candidates may cost.
    var maxParameters: Int?
    var maxMacs: Int?
    /// Of the proxies that train on real images.
    var realSteps: Int?
    var realSeconds: Double?
    /// A teacher made before; nil when the run makes its own.
    var teacher: String?
    /// nil when no teacher is made.
    var teaching: Teaching.Settings?
    var normKind: NormKind
    var candidatesFile: String?
    var realTraining: RealTraining.Recipe
    var budgetSeconds: Double?
    var shares: Shares
    var metaSteps: Int?
    var candidates: Int?
    var validate: Int
    /// Whether time that is left goes to more of them; nil for no.
    var validatesMore: Bool?
    var epochs: Int?
    var images: Int
    var workers: Int
    var threads: Int
    var device: String

    /// The settings that a resumed run must share with its beginning, or its results would be of two kinds. By name in `texts`.
    private static let identity = [
        "dataset_hash", "seed", "split_seed", "space_hash", "space_settings", "proxy", "score_by", "replays", "replay_rate",
        "initializations", "strategy", "max_parameters", "max_macs", "real_steps", "real_seconds", "teacher", "teaching", "norm_kind",
        "candidates_file",
        "meta_steps", "epochs", "images",
    ]

    /// Each setting's value as JSON text, by name; what is nil is missing.
    var texts: [String: String] { get throws { try FileMetadata.texts(of: self) } }

    /// Refuses to go on with a run under other settings.
    func checkContinues(_ earlier: [String: String], run: String) throws {
        let texts = try texts
        let earlier = ["strategy": try FileMetadata.text(Strategy.random.rawValue)].merging(earlier) { $1 }
        for name in Self.identity where texts[name] != earlier[name] {
            throw InputRefusal(
                "\(run) was begun with \(name) \(earlier[name] ?? "not given"), this command says \(texts[name] ?? "not given"); "
                    + "resume it with the options it was begun with, or choose another directory with --run")
        }
    }
}

extension RunSettings {
    /// The reverse of `texts`; further names are passed over.
    init(texts: [String: String]) throws {
        self = try FileMetadata.value(RunSettings.self, of: texts)
    }

    var criterion: ScoreCriterion { scoreBy ?? .loss }
    var limits: CostLimits { CostLimits(parameters: maxParameters, macs: maxMacs) }
    var seedNumber: UInt64 { UInt64(seed) ?? 0 }
    var splitSeedNumber: UInt64 { UInt64(splitSeed) ?? 0 }
}
