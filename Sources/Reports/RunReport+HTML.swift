import RankStatistics
import Foundation
import Search

extension RunReport {
    /// One HTML page that needs nothing else: no network, no other file. Readable without scripts, which sort and filter.
    public var html: String { page(live: nil) }

    /// The same page of a run that may be under way, which asks its server for news.
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
        \([live?.html, verdict].compactMap(\.self).joined(separator: "\n"))
        </header>
        <main>
        \([comparison, charts, ranking, images, settings].filter { !$0.isEmpty }.joined(separator: "\n"))
        </main>
        <script>
        \(ReportScript.script)\(live == nil ? "" : "\n" + ReportScript.live)
        </script>
        </body>
        </html>

        """
    }

    /// More points make a page slow and say no more.
    static let mostPoints = 2_000

    private func escaped(_ text: String) -> String { SVGText.escaped(text) }

    // MARK: - May it be believed?

    private var verdict: String {
        guard let correlation else {
            return
                "<p class=\"verdict\"><b>Not checked.</b> Too few candidates were trained on real data to say how far this ranking agrees with it: "
                + "<code>gtn-nas validate RUN --candidates 12</code> trains some.</p>"
        }
        let rho = correlation.proxy.spearman.all.map { "Spearman’s ρ \(Self.text($0))" } ?? "ρ is undefined"
        return
            "<p class=\"verdict \(correlation.verdict.rawValue)\"><b>\(correlation.verdict.rawValue.capitalized)</b> · \(rho) over \(correlation.pairs) candidates"
            + (training.map { " after \(escaped($0))" } ?? "")
            + (explanation.map { "<br>\(escaped($0.prefix(1).uppercased() + $0.dropFirst())).</p>" } ?? "</p>")
    }

    private var comparison: String {
        guard let correlation else { return "" }
        var rows =
            [(proxy, correlation.proxy)] + others.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            + correlation.baselines.sorted { $0.key < $1.key }.map { ("\(Self.name($0.key)) alone", $0.value) }
        if let noiseCeiling { rows.append(("real training with another seed", noiseCeiling)) }
        let body = rows.map { name, quality in
            let cells = [quality.spearman.all, quality.spearman.top50, quality.spearman.top10, quality.kendall.all].map {
                "<td>\($0.map(Self.text) ?? "–")</td>"
            }
            let regret = quality.topKRegret.map { String(format: "%.2f", 100 * $0.value) } ?? "–"
            return "<tr><th scope=\"row\" class=\"left\">\(escaped(name))</th>\(cells.joined())<td class=\"right\">\(regret)</td></tr>"
        }
        return """
            <h2>The ranking against real training</h2>
            \(scatter)
            <div class="scroll"><table>
            <thead><tr><th class="left">ranked by</th><th>ρ, all</th><th>top half</th><th>top tenth</th><th>Kendall’s τ-b</th><th class="right">regret, points</th></tr></thead>
            <tbody>
            \(body.joined(separator: "\n"))
            </tbody></table></div>
            <p class="soft">Intervals are of 95 %, by bootstrap over candidates. Regret: the accuracy that is lost by training only the best tenth by this ranking.</p>
            """
    }

    private var scatter: String {
        let compared = rows.filter { $0.realAccuracy != nil }
        guard compared.count > 1 else { return "" }
        let (scores, hashes) = (compared.map(\.score), compared.map(\.hash))
        let half = Set(TopFraction.half.indices(scores: scores, hashes: hashes)),
            tenth = Set(TopFraction.tenth.indices(scores: scores, hashes: hashes))
        let points = compared.enumerated().map { index, row in
            Chart.Point(
                x: row.score, y: 100 * row.realAccuracy!, mark: tenth.contains(index) ? .tenth : half.contains(index) ? .half : .plain,
                label:
                    "rank \(row.rank): \(row.architecture)\nscore \(Self.number(row.score)), real accuracy \(Self.percent(row.realAccuracy!))"
            )
        }
        let rho = correlation?.proxy.spearman
        let values = [("all", rho?.all), ("top half", rho?.top50)].compactMap { name, estimate in
            estimate.map { "\(name) \(String(format: "%.2f", $0.value).replacing("-", with: "−"))" }
        }
        let title =
            "Score by \(proxy) against accuracy after real training" + (values.isEmpty ? "" : "; ρ \(values.joined(separator: ", "))")
        return """
            <figure>
            \(Chart(title: title, xLabel: "score by \(proxy)", yLabel: "accuracy after real training, %", points: points).svg)
            <figcaption>\(escaped(title)). <span class="key"></span>lower half by score <span class="key half"></span>top half <span class="key tenth"></span>top tenth</figcaption>
            </figure>
            """
    }

    // MARK: - Charts

    private var charts: String {
        var figures: [String] = []
        if rows.count > 1 {
            figures.append(
                figure(pareto("parameters") { $0.parameters }, "Score against size. Squares: no candidate is both smaller and better."))
            figures.append(
                figure(
                    pareto("multiply-accumulates") { $0.macs },
                    "Score against what an image costs. Squares: no candidate is both cheaper and better."))
        }
        if teaching.count > 1 {
            figures.append(
                figure(
                    Chart(
                        title: "Meta-training", xLabel: "meta-step", yLabel: "loss on real data",
                        line: teaching.map { (Double($0.step), $0.loss) }),
                    "Meta-training: the learners’ loss on real images, averaged over neighboring meta-steps."))
        }
        if stepCorrelations.count > 1 {
            figures.append(
                figure(
                    Chart(
                        title: "ρ over inner steps", xLabel: "inner step", yLabel: "Spearman’s ρ",
                        line: stepCorrelations.map { (Double($0.step), $0.rho) }),
                    "How far the training loss of each inner step, the lower the better, ranks as real training does."))
        }
        return figures.isEmpty ? "" : "<h2>Charts</h2>\n<div class=\"charts\">\n\(figures.joined(separator: "\n"))\n</div>"
    }

    private func figure(_ chart: Chart, _ caption: String) -> String {
        "<figure>\n\(chart.svg)\n<figcaption>\(escaped(caption))</figcaption>\n</figure>"
    }

    private func pareto(_ name: String, _ cost: (Row) -> Int) -> Chart {
        let shown = rows.prefix(Self.mostPoints)
        let front = Set(Ranking.front(costs: shown.map(cost)))
        let points = shown.enumerated().map { index, row in
            Chart.Point(
                x: Double(cost(row)), y: row.score, mark: front.contains(index) ? .tenth : .plain,
                label: "rank \(row.rank): \(row.architecture)\n\(Self.grouped(cost(row))) \(name), score \(Self.number(row.score))")
        }
        return Chart(title: "Score against \(name)", xLabel: name, yLabel: "score by \(proxy)", points: points, isLogarithmic: true)
    }

    // MARK: - Ranking

    private var ranking: String {
        guard !rows.isEmpty else { return "" }
        // Where real images judged none, there is nothing to show of it.
        let (isJudged, hasReal) = (rows.contains { $0.accuracy != nil || $0.loss != nil }, rows.contains { $0.realAccuracy != nil })
        let names =
            ["rank", "score"] + (isJudged ? ["accuracy", "loss"] : []) + ["parameters", "MACs"] + (hasReal ? ["real accuracy"] : []) + [
                "architecture"
            ]
        let head = names.enumerated().map { index, name in
            "<th scope=\"col\" aria-sort=\"\(index == 0 ? "ascending" : "none")\"><button type=\"button\">\(name)</button></th>"
        }
        let body = rows.map { row in
            var cells = [Self.cell("\(row.rank)", Double(row.rank)), Self.cell(Self.number(row.score), row.score)]
            if isJudged {
                cells += [Self.cell(row.accuracy.map(Self.percent), row.accuracy), Self.cell(row.loss.map(Self.number), row.loss)]
            }
            cells += [Self.cell(Self.grouped(row.parameters), Double(row.parameters)), Self.cell(Self.grouped(row.macs), Double(row.macs))]
            if hasReal { cells.append(Self.cell(row.realAccuracy.map(Self.percent), row.realAccuracy)) }
            let name = "<code>\(escaped(row.architecture))</code>"
            let drawing = drawings[row.hash].map { "<details><summary>\(name)</summary>\(Self.unnamed($0, row.hash))</details>" } ?? name
            return "<tr data-text=\"\(escaped(row.architecture)) \(row.hash)\">\(cells.joined())<td>\(drawing)</td></tr>"
        }
        return """
            <h2>Ranking</h2>
            <p><label>Filter by words of the architecture or by hash: <input id="filter" type="search" autocomplete="off"></label>
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

    /// A drawing among others in one page: identifiers must differ.
    private static func unnamed(_ svg: String, _ hash: String) -> String {
        svg.replacing("id=\"arrow\"", with: "id=\"arrow-\(hash)\"").replacing("url(#arrow)", with: "url(#arrow-\(hash))")
    }

    // MARK: - The rest

    private var images: String {
        guard let sheet else { return "" }
        return """
            <h2>The synthetic images</h2>
            <div class="sheet" tabindex="0" role="region" aria-label="Synthetic images"><img alt="Synthetic images: a row for each inner step, the first images of each class side by side" \
            src="data:image/png;base64,\(sheet.base64EncodedString())"></div>
            <p class="soft">A row for each inner step, in it the first images of each class.</p>
            """
    }

    private var settings: String {
        let groups = facts.map { group in
            let list = group.values.map { "<dt>\(escaped($0.name))</dt><dd>\(escaped($0.value))</dd>" }.joined(separator: "\n")
            return "<section><h3>\(escaped(group.heading))</h3>\n<dl>\n\(list)\n</dl></section>"
        }
        return """
            <h2>How it was made</h2>
            <pre>\(escaped(command))</pre>
            <div class="facts">
            \(groups.joined(separator: "\n"))
            </div>
            """
    }

    // MARK: - Numbers

    private static func text(_ estimate: Estimate) -> String {
        String(format: "%.2f [%.2f, %.2f]", estimate.value, estimate.low, estimate.high).replacing("-", with: "−")
    }

    private static func name(_ baseline: String) -> String { baseline == "macs" ? "MACs" : baseline }
    private static func percent(_ value: Double) -> String { String(format: "%.2f %%", 100 * value) }
    private static func number(_ value: Double) -> String {
        (abs(value) >= 1e4 || (value != 0 && abs(value) < 1e-3) ? String(format: "%.4g", value) : String(format: "%.4f", value)).replacing(
            "-", with: "−")
    }

    private static func grouped(_ value: Int) -> String {
        String(String(value).reversed().enumerated().flatMap { $0 > 0 && $0.isMultiple(of: 3) ? [",", $1] : [$1] }.reversed())
    }
}
