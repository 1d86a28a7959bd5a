import RankStatistics
import Foundation
import ResultStore
import Search

/// What a run came to, ready to be shown: plain values, whatever they were read from.
public struct RunReport {
    /// Names and values under one heading.
    public struct Facts {
        public var heading: String
        public var values: [(name: String, value: String)]

        public init(_ heading: String, _ values: [(name: String, value: String)]) {
            self.heading = heading
            self.values = values
        }
    }

    /// What was searched, as "fashion on fashion-mnist".
    public var title: String
    public var proxy: String
    /// Best first.
    public var rows: [RankedCandidate]
    /// After training on real data, by hash; the mean where there were several.
    public var accuracies: [String: Double]
    public var correlation: CorrelationReport?
    public var noiseCeiling: RankQuality?
    /// Other rankings that the same evaluations give, by name: a training's blend, a blend's training, a blend with fitted weights.
    public var others: [String: RankQuality] = [:]
    /// The verdict in words.
    public var explanation: String?
    /// How candidates were trained on real data.
    public var training: String?
    /// The meta-training's losses: [(meta-step, mean loss on real data)].
    public var teaching: [(step: Int, loss: Double)] = []
    /// Spearman's ρ between minus the training loss of an inner step and the real accuracy: [(inner step, ρ)].
    public var stepCorrelations: [(step: Int, rho: Double)] = []
    /// Drawings of architectures as SVG documents, by hash.
    public var drawings: [String: String] = [:]
    /// The synthetic images as a PNG file.
    public var sheet: Data?
    public var facts: [Facts] = []
    /// What makes the run again.
    public var command: String

    public init(title: String, proxy: String, rows: [RankedCandidate], accuracies: [String: Double] = [:], command: String) {
        self.title = title
        self.proxy = proxy
        self.rows = rows
        self.accuracies = accuracies
        self.command = command
    }
}
