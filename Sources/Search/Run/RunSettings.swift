import Basics
import GTN
import Networks

/// The resolved settings of a run, stored in its database and in `settings.json`.
public struct RunSettings: Codable, Sendable {
    public var data: String
    public var datasetHash: String
    /// The seed as text: many JSON readers are exact only up to 2^53.
    var seed: String
    /// The seed of the data splits. It is the teacher's seed, so that candidates are not evaluated on images that the teacher learned from.
    var splitSeed: String
    public var spaceHash: String
    public var spaceSettings: [String: Int]
    public var scoring: Scoring
    /// The scale at which candidates are scored; nil for that of the space and the data, as in runs of versions that had no other.
    public var proxyScale: ProxyScale?
    /// The strategy; nil means random, in runs of versions that had only that.
    public var strategy: Strategy?
    var maxParameters: Int?
    var maxMacs: Int?
    var maxMemory: Int?
    var maxLatency: Double?
    /// The name of the setting that is fitted to the limits; nil for none.
    public var fit: String?
    /// Whether memory counts one byte per activation; nil means no.
    public var int8: Bool?
    /// The estimated share of random architectures within the limits, latency left aside; nil without such limits.
    public var shareInside: Double?
    /// How latencies are measured; nil if they are not.
    public var latencySource: String?
    /// The cost held equal when the ranking is evaluated; nil means MACs, in runs of versions that had no other.
    var cost: CostKind?
    /// Path of an existing teacher; nil if the run makes a teacher or needs none.
    public var teacher: String?
    /// How a teacher is made; nil if none is made.
    public var teaching: Teaching.Settings?
    public var normKind: NormKind
    /// Path of the file with accuracies of other architectures; nil without one.
    public var accuracies: String?
    var candidatesFile: String?
    var realTraining: RealTraining.Recipe
    public var budgetSeconds: Double?
    var shares: BudgetShares
    var metaSteps: Int?
    var candidates: Int?
    var validate: Int
    /// Whether remaining time is used for more validations; nil means no.
    var validatesMore: Bool?
    var epochs: Int?
    var images: Int
    public var workers: Int
    public var threads: Int
    public var device: String

    /// Names, as in `texts`, of the settings that must not change on resumption, as results would not be comparable.
    private static let identity = [
        "dataset_hash", "seed", "split_seed", "space_hash", "space_settings", "scoring", "proxy_scale", "strategy", "max_parameters",
        "max_macs", "max_memory", "max_latency", "fit", "int8", "latency_source", "teacher", "teaching", "norm_kind", "candidates_file",
        "accuracies", "meta_steps", "epochs", "images",
    ]

    /// Values of the settings as JSON text, by name; settings that are nil are missing.
    public var texts: [String: String] { get throws { try FileMetadata.texts(of: self) } }

    /// Refuses to resume a run with other settings.
    func checkContinues(_ earlier: [String: String], run: String) throws {
        let texts = try texts
        let earlier = ["strategy": try FileMetadata.text(Strategy.random.rawValue)].merging(earlier) { $1 }
        for name in Self.identity where texts[name] != earlier[name] {
            throw InputError(
                """
                \(run) was started with \(name) \(earlier[name] ?? "not set"), but now it is \(texts[name] ?? "not set"); resume it with \
                its original settings, or choose another directory with \(setting: "directory")
                """)
        }
    }
}

extension RunSettings {
    /// The settings with these `texts`; other names are ignored.
    init(texts: [String: String]) throws {
        self = try FileMetadata.value(RunSettings.self, of: texts)
    }

    /// The maximum costs of a candidate.
    public var limits: CostLimits { CostLimits(parameters: maxParameters, macs: maxMacs, memory: maxMemory, latency: maxLatency) }
    /// The limits in words; nil without limits.
    public var limitsText: String? { limits.text(int8: int8 == true) }
    /// The cost that is held equal when the ranking is evaluated for use under a limit.
    public var equalCost: CostKind { cost ?? .macs }
    public var seedNumber: UInt64 { UInt64(seed) ?? 0 }
    var splitSeedNumber: UInt64 { UInt64(splitSeed) ?? 0 }

    /// Shares of the budget; 0 for phases that this run does not have.
    var phaseShares: BudgetShares {
        var result = shares
        // Real images need no meta-training.
        if teaching == nil || teaching?.kind == .real { result = result.without(.metaTraining) }
        if validate == 0 { result = result.without(.validation) }
        return result
    }
}
