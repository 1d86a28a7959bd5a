import Basics
import Foundation
import RankStatistics
import ResultStore
import Search

// What to take and whether to believe it: the first candidate, both verdicts, and the value of the ranking at equal cost.
extension RunReport {
    // MARK: - Pick and verdicts

    /// The first candidate of the ranking, and the best validated one if that is another.
    var pick: String? {
        guard let first = rows.first else { return nil }
        let candidate = first.candidate
        var costs = "\(grouped(candidate.parameters)) parameters, \(grouped(candidate.macs)) MACs"
        if let memory = candidate.memory { costs += ", \(grouped(memory)) bytes of \(isInt8 ? "int8 " : "")activations" }
        if let latency = candidate.latency { costs += ", \(decimal(latency, 3)) ms" }
        let best = rows.filter { accuracies[$0.candidate.hash] != nil }.max {
            accuracies[$0.candidate.hash]! < accuracies[$1.candidate.hash]!
        }
        let isBest = best?.candidate.hash == candidate.hash
        let accuracy =
            accuracies[candidate.hash].map { "validated accuracy \(Self.percent($0))\(isBest ? ", the highest" : "")" } ?? "not validated"
        let limit = limits.text(int8: isInt8).map { " with \($0)" } ?? ""
        var text = """
            <p class="pick">First of \(grouped(rows.count)) candidates\(escaped(limit)), ranked by \(escaped(proxy)): \
            <code>\(escaped(candidate.label))</code><br>\(costs); \(accuracy)
            """
        if let best, !isBest {
            text += """
                <br>Highest validated accuracy: \(Self.percent(accuracies[best.candidate.hash]!)), rank \(grouped(best.rank)): \
                <code>\(escaped(best.candidate.label))</code>
                """
        }
        return text + "<br>\(escaped(advice))</p>"
    }

    /// What to do, by the verdict that counts for this search.
    private var advice: String {
        guard let correlation, let verdict = limits.isEmpty ? correlation.verdict : correlation.verdictAtEqualCost else {
            return "This ranking was not compared with real accuracies."
        }
        let lead = limits.isEmpty ? correlation.lead : correlation.atEqualCost?.lead
        switch verdict {
        case .trusted:
            return "The ranking can be trusted: take the first candidate, or train the first few in full and take the best of them."
        case .weak:
            let baseline = lead.map { Self.name($0.baseline) } ?? "a baseline"
            return """
                The ranking is better than chance, but a ranking by \(baseline) may be as good: train the first few candidates in full and \
                take the best of them.
                """
        case .worthless:
            return
                "Do not choose by this ranking: validate more candidates, or take the largest network\(limits.isEmpty ? "" : " that fits")."
        }
    }

    /// Both verdicts. The one for the use of this search comes first.
    var verdicts: String {
        guard let correlation else {
            return """
                <p class="verdict"><b>Not checked.</b> Too few candidates were validated (trained on real data) to measure how well this \
                ranking agrees with real accuracy. To validate more: <code>gtn-nas validate RUN --candidates 12</code></p>
                """
        }
        let underLimit = verdict(
            "under a limit on \(cost.name)", correlation.verdictAtEqualCost,
            correlation.atEqualCost?.proxy.partialSpearman.map { "partial ρ given \(cost.name) \(Self.text($0))" }, explanationAtEqualCost)
        let overAll = verdict(
            "over all sizes", correlation.verdict, correlation.proxy.spearman.all.map { "Spearman’s ρ \(Self.text($0))" }, explanation)
        let use =
            limits.isEmpty
            ? "Rely on the first verdict if your networks have no limit, else on the second."
            : "This search has a limit: rely on the first verdict."
        let measured = """
            <p class="soft">Measured on \(correlation.pairs) candidates\(training.map { ", validated with \(escaped($0)) each" } ?? ""). \
            \(use)\(escaped(otherCost))</p>
            """
        return ([measured] + (limits.isEmpty ? [overAll, underLimit] : [underLimit, overAll])).joined(separator: "\n")
    }

    /// How to hold equal the cost that is limited, if another one is.
    private var otherCost: String {
        guard !limits.isEmpty, limits.limit(of: cost) == nil, let limited = CostKind.allCases.first(where: { limits.limit(of: $0) != nil })
        else { return "" }
        return " The limit is on \(limited.name), and \(cost.name) is held equal; --cost \(limited.rawValue) holds \(limited.name) equal."
    }

    private func verdict(_ use: String, _ verdict: Verdict?, _ statistic: String?, _ explanation: String?) -> String {
        """
        <p class="verdict \(verdict?.rawValue ?? "")"><b>\(verdict?.rawValue.capitalized ?? "Not evaluated") \(escaped(use))</b> · \
        \(escaped(statistic ?? "ρ is undefined"))\
        \(explanation.map { "<br>\(escaped($0.prefix(1).uppercased() + $0.dropFirst()))." } ?? "")</p>
        """
    }

    // MARK: - At equal cost

    var equalCost: String {
        guard let report = correlation?.atEqualCost else { return "" }
        let regrets = report.regretUnderCaps
        let caps = self.regrets.isEmpty ? "all" : "\(self.regrets.count)"
        func row(_ name: String, _ quality: EqualCostReport.Quality?, _ regret: Estimate?) -> String {
            let concordance = quality?.concordance.map {
                String(format: "%.0f %% [%.0f, %.0f]", 100 * $0.value, 100 * $0.low, 100 * $0.high)
            }
            let cells = [quality?.partialSpearman.map(Self.text), concordance, regret.map(Self.text)].map {
                "<td class=\"right\">\($0 ?? "–")</td>"
            }
            return "<tr><th scope=\"row\" class=\"left\">\(escaped(name))</th>\(cells.joined())</tr>"
        }
        let baselines = report.baselines.sorted { $0.key < $1.key }.filter { $0.value.partialSpearman != nil }
        let body =
            [row(proxy, report.proxy, regrets?.proxy)]
            + baselines.map { row(Self.baselineName($0.key), $0.value, regrets?.baselines[$0.key]) }
            + [row("the largest that fits", nil, regrets?.largest), row("a random one that fits", nil, regrets?.random)]
        let missing = (correlation?.missing ?? [:]).sorted { $0.key < $1.key }.map { name, count in
            undefined[name].map { " \(name) is not compared, because it is undefined for \($0) of the networks." }
                ?? " \(name) is not compared, because it was not computed for \(count) of the networks."
        }.joined()
        return """
            <h2>Agreement among networks of equal \(escaped(cost.name))</h2>
            \(regretChart)
            <div class="scroll"><table>
            <thead><tr><th class="left">ranked by</th><th>partial ρ</th><th>pairs in order</th><th class="right">regret under a cap, \
            points</th></tr></thead>
            <tbody>
            \(body.joined(separator: "\n"))
            </tbody></table></div>
            <p class="soft">Partial ρ is the correlation of ranks that is left when the rank of \(escaped(cost.name)) is held fixed. \
            Pairs in order is the share of \(grouped(report.proxy.concordance?.pairs ?? 0)) pairs of networks that score and accuracy \
            order in the same way; the \(escaped(cost.name)) of each pair differ by at most a tenth. A random order gets 50 %. Regret \
            under a cap is the accuracy lost by taking the first network that fits, averaged over \(caps) caps.\(missing)</p>
            """
    }

    /// The ratio of the largest cap to the smallest from which the axis is logarithmic.
    private static let wideRange = 20.0

    private var regretChart: String {
        guard regrets.count > 1 else { return "" }
        let chart = Chart(
            title: "Regret under a cap on \(cost.name)", xLabel: "cap on \(cost.name)", yLabel: "accuracy lost, points",
            lines: [
                .init(style: .random, points: regrets.map { ($0.cap, $0.random) }),
                .init(style: .largest, points: regrets.map { ($0.cap, $0.largest) }),
                .init(style: .proxy, points: regrets.map { ($0.cap, $0.proxy) }),
            ], isLogarithmic: regrets.last!.cap > Self.wideRange * regrets[0].cap)
        return """
            <figure>
            \(chart.svg)
            <figcaption>Accuracy lost under each cap on \(escaped(cost.name)), against the best validated network that fits. \
            <span class="entry"><span class="key line"></span>first by \(escaped(proxy))</span> <span class="entry"><span \
            class="key line largest"></span>largest that fits</span> <span class="entry"><span class="key line random"></span>random</span>\
            </figcaption>
            </figure>
            """
    }

    // MARK: - Fronts

    /// The charts of score against parameters, MACs and the cost that is held equal, with the Pareto front and validated accuracies on it.
    var fronts: [String] {
        CostKind.allCases.filter { [.parameters, .macs, cost].contains($0) }.compactMap { kind in
            let shown = rows.prefix(Self.mostPoints).compactMap { row in kind.of(row.candidate).map { (row: row, cost: $0) } }
            guard shown.count > 1 else { return nil }
            let front = Set(Ranking.front(costs: shown.map(\.cost)))
            let points = shown.enumerated().map { index, point in
                let accuracy = accuracies[point.row.candidate.hash]
                return Chart.Point(
                    x: point.cost, y: point.row.evaluation.score, mark: front.contains(index) ? .tenth : accuracy == nil ? .plain : .half,
                    label: """
                        rank \(point.row.rank): \(point.row.candidate.label)
                        \(Self.amount(point.cost)) \(kind.unit), score \(Self.number(point.row.evaluation.score))\
                        \(accuracy.map { ", validated accuracy \(Self.percent($0))" } ?? "")
                        """, note: front.contains(index) ? accuracy.map { String(format: "%.1f", 100 * $0) } : nil)
            }
            let limit = limits.limit(of: kind)
            return figure(
                Chart(
                    title: "Score against \(kind.name)", xLabel: kind.unit, yLabel: "score by \(proxy)", points: points, limit: limit,
                    isLogarithmic: true),
                """
                Score against \(kind.name). Squares are the Pareto front: no candidate has both lower cost and a higher score. Numbers \
                on it are validated accuracies in percent; blue points are the other validated candidates.\
                \(limit == nil ? "" : " The dashed line is the limit.")
                """)
        }
    }

    private static func amount(_ cost: Double) -> String { cost == cost.rounded() ? grouped(Int(cost)) : decimal(cost, 3) }
}

extension CostKind {
    /// The unit on an axis.
    fileprivate var unit: String {
        switch self {
        case .parameters: "parameters"
        case .macs: "multiply-accumulates"
        case .memory: "bytes of activations"
        case .latency: "milliseconds"
        }
    }
}
