import RankStatistics
import Foundation
import ResultStore
import Search

/// The results of a run as plain values, ready to be shown.
public struct RunReport {
    /// A table of names and values under one heading.
    public struct Facts {
        public var heading: String
        public var values: [(name: String, value: String)]

        public init(_ heading: String, _ values: [(name: String, value: String)]) {
            self.heading = heading
            self.values = values
        }
    }

    /// The space and the data set, as in "fashion on fashion-mnist".
    public var title: String
    /// Name of the proxy that gave the scores.
    public var proxy: String
    /// The ranking, best first.
    public var rows: [RankedCandidate]
    /// Validated accuracies by hash, as fractions of 1; the mean over a candidate's validations.
    public var accuracies: [String: Double]
    public var correlation: CorrelationReport?
    public var noiseCeiling: RankQuality?
    /// Rankings by other scorings computed from the same evaluations, by name: the blend with parameters, a blend's first member, and the
    /// blend with fitted weights.
    public var others: [String: RankQuality] = [:]
    /// How far each score of an aggregate is believed; empty for other rankings.
    public var beliefs: [Belief] = []
    /// The reason for the verdict over all sizes.
    public var explanation: String?
    /// The reason for the verdict under a limit.
    public var explanationAtEqualCost: String?
    /// Baselines that are undefined for some candidates, by name, with the number of these.
    public var undefined: [String: Int] = [:]
    /// The cost that is held equal.
    public var cost = CostKind.macs
    /// The limits of the search.
    public var limits = CostLimits()
    /// Whether memory is that of 8-bit numbers.
    public var isInt8 = false
    /// The name of the setting that is fitted to the limits; nil for none.
    public var fit: String?
    /// The regrets under each cap on the cost.
    public var regrets: [RegretAtCap] = []
    /// How candidates were validated, as in "3 epochs of 20,000 images".
    public var training: String?
    /// Losses of the meta-training: [(meta-step, mean loss on real data)].
    public var teaching: [(step: Int, loss: Double)] = []
    /// Spearman's ρ between the negative training loss of an inner step and validated accuracy: [(inner step, ρ)].
    public var stepCorrelations: [(step: Int, rho: Double)] = []
    /// Pictures of architectures as SVG documents, by hash.
    public var drawings: [String: String] = [:]
    /// The content of a PNG file of the synthetic images.
    public var sheet: Data?
    public var facts: [Facts] = []
    /// The command that repeats the run.
    public var command: String

    public init(title: String, proxy: String, rows: [RankedCandidate], accuracies: [String: Double] = [:], command: String) {
        self.title = title
        self.proxy = proxy
        self.rows = rows
        self.accuracies = accuracies
        self.command = command
    }
}
