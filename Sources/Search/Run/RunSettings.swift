import Basics
import GTN
import Networks

/// The resolved settings of a run: kept with it, word for word in its database and in `settings.json`.
public struct RunSettings: Codable, Sendable {
    public var data: String
    public var datasetHash: String
    /// Numbers of 64 bits as text: JSON's readers keep whole numbers to 2^53 only.
    var seed: String
    /// The seed that splits the data: the teacher's, so that no candidate is evaluated on images that it learned from.
    var splitSeed: String
    public var spaceHash: String
    public var spaceSettings: [String: Int]
    public var scoring: Scoring
    /// nil in runs from before there was a choice: random.
    public var strategy: Strategy?
    var maxParameters: Int?
    var maxMacs: Int?
    /// A teacher made before; nil when the run makes its own.
    public var teacher: String?
    /// nil when no teacher is made.
    public var teaching: Teaching.Settings?
    public var normKind: NormKind
    var candidatesFile: String?
    var realTraining: RealTraining.Recipe
    public var budgetSeconds: Double?
    var shares: BudgetShares
    var metaSteps: Int?
    var candidates: Int?
    var validate: Int
    /// Whether time that is left goes to more validations; nil for no.
    var validatesMore: Bool?
    var epochs: Int?
    var images: Int
    public var workers: Int
    public var threads: Int
    public var device: String

    /// The settings that a resumed run must share with its beginning, or its results would be of two kinds. By name in `texts`.
    private static let identity = [
        "dataset_hash", "seed", "split_seed", "space_hash", "space_settings", "scoring", "strategy", "max_parameters", "max_macs",
        "teacher",
        "teaching", "norm_kind", "candidates_file", "meta_steps", "epochs", "images",
    ]

    /// Each setting's value as JSON text, by name; what is nil is missing.
    public var texts: [String: String] { get throws { try FileMetadata.texts(of: self) } }

    /// Refuses to resume a run under other settings.
    func checkContinues(_ earlier: [String: String], run: String) throws {
        let texts = try texts
        let earlier = ["strategy": try FileMetadata.text(Strategy.random.rawValue)].merging(earlier) { $1 }
        for name in Self.identity where texts[name] != earlier[name] {
            throw InputError(
                """
                \(run) was begun with \(name) \(earlier[name] ?? "not given"), now it is \(texts[name] ?? "not given"); resume it with the \
                settings it was begun with, or choose another directory with \(setting: "directory")
                """)
        }
    }
}

extension RunSettings {
    /// The reverse of `texts`; further names are passed over.
    init(texts: [String: String]) throws {
        self = try FileMetadata.value(RunSettings.self, of: texts)
    }

    var limits: CostLimits { CostLimits(parameters: maxParameters, macs: maxMacs) }
    public var seedNumber: UInt64 { UInt64(seed) ?? 0 }
    var splitSeedNumber: UInt64 { UInt64(splitSeed) ?? 0 }

    /// The shares of the phases that this run has.
    var phaseShares: BudgetShares {
        var result = shares
        if teaching == nil { result = result.without(.metaTraining) }
        if validate == 0 { result = result.without(.validation) }
        return result
    }
}
