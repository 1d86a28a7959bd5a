import RankStatistics
import Basics
import Foundation
import ResultStore
import Search

extension RunReport {
    /// A self-contained HTML page: it loads nothing from the network or from other files. Scripts only sort and filter.
    public var html: String { page(live: nil) }

    /// The page of a run that may still be running: it polls its server for updates.
    public func html(live: LiveStatus) -> String { page(live: live) }

    private func page(live: LiveStatus?) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escaped(title)) · gtn-nas</title>
        <link rel="icon" href="data:,">
        <style>
        \(ReportStyle.css)
        </style>
        </head>
        <body>
        <header>
        <h1>\(escaped(title))</h1>
        \([live?.html, pick, verdicts, believed].compactMap(\.self).joined(separator: "\n"))
        </header>
        <main>
        \([comparison, equalCost, charts, ranking, images, settings].filter { !$0.isEmpty }.joined(separator: "\n"))
        </main>
        <script>
        \(ReportScript.script)\(live == nil ? "" : "\n" + ReportScript.live)
        </script>
        </body>
        </html>

        """
    }

    /// Maximum number of points in a chart. More points make the page slow and add no information.
    static let mostPoints = 2_000

    func escaped(_ text: String) -> String { SVGText.escaped(text) }

    private var believed: String? {
        Belief.text(of: beliefs).map { "<p class=\"soft\">Weights of the ranking: \(escaped($0)).</p>" }
    }

    private var comparison: String {
        guard let correlation else { return "" }
        var rows =
            [(proxy, correlation.proxy)] + others.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            + correlation.baselines.sorted { $0.key < $1.key }.map { (Self.baselineName($0.key), $0.value) }
        if let noiseCeiling { rows.append(("validation with another seed", noiseCeiling)) }
        let body = rows.map { name, quality in
            let cells = [quality.spearman.all, quality.spearman.top50, quality.spearman.top10, quality.kendall.all].map {
                "<td>\($0.map(Self.text) ?? "–")</td>"
            }
            let regret = quality.topKRegret.map { String(format: "%.2f", 100 * $0.value) } ?? "–"
            return "<tr><th scope=\"row\" class=\"left\">\(escaped(name))</th>\(cells.joined())<td class=\"right\">\(regret)</td></tr>"
        }
        return """
            <h2>Agreement with validated accuracy</h2>
            \(ScatterPlot(self).html)
            <div class="scroll"><table>
            <thead><tr><th class="left">ranked by</th><th>ρ, all</th><th>ρ, top half</th><th>ρ, top tenth</th><th>Kendall’s τ-b</th><th \
            class="right">regret, points</th></tr></thead>
            <tbody>
            \(body.joined(separator: "\n"))
            </tbody></table></div>
            <p class="soft">ρ is Spearman’s rank correlation with validated accuracy. Brackets are 95 % bootstrap intervals over \
            candidates. Regret is the accuracy lost, in percentage points, if only the top tenth of a ranking is trained.</p>
            """
    }

    // MARK: - Charts

    private var charts: String {
        var figures: [String] = []
        if rows.count > 1 { figures += fronts }
        if teaching.count > 1 {
            figures.append(
                figure(
                    Chart(
                        title: "Meta-training", xLabel: "meta-step", yLabel: "loss on real data",
                        lines: [.init(points: teaching.map { (Double($0.step), $0.loss) })]),
                    "Meta-training: the learners’ loss on real images, averaged over consecutive meta-steps."))
        }
        if stepCorrelations.count > 1 {
            figures.append(
                figure(
                    Chart(
                        title: "ρ over inner steps", xLabel: "inner step", yLabel: "Spearman’s ρ",
                        lines: [.init(points: stepCorrelations.map { (Double($0.step), $0.rho) })]),
                    "Spearman’s ρ between validated accuracy and the negative training loss at each inner step."))
        }
        return figures.isEmpty ? "" : "<h2>Charts</h2>\n<div class=\"charts\">\n\(figures.joined(separator: "\n"))\n</div>"
    }

    func figure(_ chart: Chart, _ caption: String) -> String {
        "<figure>\n\(chart.svg)\n<figcaption>\(escaped(caption))</figcaption>\n</figure>"
    }

    // MARK: - Ranking

    private var ranking: String {
        guard !rows.isEmpty else { return "" }
        // Scores that evaluate nothing on real images leave accuracy and loss empty.
        let (isEvaluated, hasReal) = (
            rows.contains { $0.evaluation.accuracy != nil || $0.evaluation.loss != nil },
            rows.contains { accuracies[$0.candidate.hash] != nil }
        )
        let names =
            ["rank", "score"] + (isEvaluated ? ["accuracy", "loss"] : []) + (fit.map { [$0] } ?? []) + ["parameters", "MACs"]
            + (hasReal ? ["validated accuracy"] : []) + ["architecture"]
        let head = names.enumerated().map { index, name in
            "<th scope=\"col\" aria-sort=\"\(index == 0 ? "ascending" : "none")\"><button type=\"button\">\(name)</button></th>"
        }
        let body = rows.map { row in
            let (candidate, evaluation, real) = (row.candidate, row.evaluation, accuracies[row.candidate.hash])
            var cells = [Self.cell("\(row.rank)", Double(row.rank)), Self.cell(Self.number(evaluation.score), evaluation.score)]
            if isEvaluated {
                cells += [
                    Self.cell(evaluation.accuracy.map(Self.percent), evaluation.accuracy),
                    Self.cell(evaluation.loss.map(Self.number), evaluation.loss),
                ]
            }
            if let fit {
                let value = candidate.settings?[fit]
                cells.append(Self.cell(value.map(grouped), value.map(Double.init)))
            }
            cells += [
                Self.cell(grouped(candidate.parameters), Double(candidate.parameters)),
                Self.cell(grouped(candidate.macs), Double(candidate.macs)),
            ]
            if hasReal { cells.append(Self.cell(real.map(Self.percent), real)) }
            let name = "<code>\(escaped(candidate.architecture))</code>"
            let drawing =
                drawings[candidate.hash].map { "<details><summary>\(name)</summary>\(Self.unnamed($0, candidate.hash))</details>" } ?? name
            return "<tr data-text=\"\(escaped(candidate.architecture)) \(candidate.hash)\">\(cells.joined())<td>\(drawing)</td></tr>"
        }
        return """
            <h2>Ranking</h2>
            <p><label>Filter by architecture or hash: <input id="filter" type="search" autocomplete="off"></label>
            <span id="shown" class="soft" role="status">\(rows.count) shown</span></p>
            <div class="scroll" tabindex="0" role="region" aria-label="Ranking"><table id="ranking">
            <thead><tr>\(head.joined())</tr></thead>
            <tbody>
            \(body.joined(separator: "\n"))
            </tbody></table></div>
            """
    }

    private static func cell(_ text: String?, _ value: Double?) -> String {
        "<td data-value=\"\(value.map { "\($0)" } ?? "")\">\(text ?? "–")</td>"
    }

    /// Returns the drawing with a unique identifier for its arrowhead marker, because a page contains several drawings.
    private static func unnamed(_ svg: String, _ hash: String) -> String {
        svg.replacing("id=\"arrow\"", with: "id=\"arrow-\(hash)\"").replacing("url(#arrow)", with: "url(#arrow-\(hash))")
    }

    // MARK: - Images and settings

    private var images: String {
        guard let sheet else { return "" }
        return """
            <h2>Synthetic images</h2>
            <div class="sheet" tabindex="0" role="region" aria-label="Synthetic images"><img alt="Synthetic images: one row per inner \
            step, with the first images of each class" src="data:image/png;base64,\(sheet.base64EncodedString())"></div>
            <p class="soft">One row per inner step, with the first images of each class.</p>
            """
    }

    private var settings: String {
        let groups = facts.map { group in
            let list = group.values.map { "<dt>\(escaped($0.name))</dt><dd>\(escaped($0.value))</dd>" }.joined(separator: "\n")
            return "<section><h3>\(escaped(group.heading))</h3>\n<dl>\n\(list)\n</dl></section>"
        }
        return """
            <h2>Command and settings</h2>
            <pre>\(escaped(command))</pre>
            <div class="facts">
            \(groups.joined(separator: "\n"))
            </div>
            """
    }

    // MARK: - Numbers

    static func text(_ estimate: Estimate) -> String {
        String(format: "%.2f [%.2f, %.2f]", estimate.value, estimate.low, estimate.high).replacing("-", with: "−")
    }

    static func name(_ baseline: String) -> String { Agreement.baselineName(baseline) }
    static func baselineName(_ baseline: String) -> String {
        baseline == Agreement.aggregateName ? name(baseline) : "\(name(baseline)) alone"
    }
    static func percent(_ value: Double) -> String { String(format: "%.2f %%", 100 * value) }
    static func number(_ value: Double) -> String {
        (abs(value) >= 1e4 || (value != 0 && abs(value) < 1e-3) ? String(format: "%.4g", value) : String(format: "%.4f", value)).replacing(
            "-", with: "−")
    }
}
