import Basics
import Foundation
import RankStatistics

/// The report's scatter plot: score against validated accuracy, with marks for the top half and the top tenth by score.
struct ScatterPlot {
    private let points: [Chart.Point]
    private let title: String
    private let proxy: String

    init(_ report: RunReport) {
        let compared = report.rows.compactMap { row in report.accuracies[row.candidate.hash].map { (row: row, accuracy: $0) } }
        let (scores, hashes) = (compared.map(\.row.evaluation.score), compared.map(\.row.candidate.hash))
        let half = Set(TopFraction.half.indices(scores: scores, hashes: hashes))
        let tenth = Set(TopFraction.tenth.indices(scores: scores, hashes: hashes))
        points = compared.enumerated().map { index, compared in
            let (row, accuracy) = compared
            return Chart.Point(
                x: row.evaluation.score, y: 100 * accuracy, mark: tenth.contains(index) ? .tenth : half.contains(index) ? .half : .plain,
                label: """
                    rank \(row.rank): \(row.candidate.label)
                    score \(RunReport.number(row.evaluation.score)), validated accuracy \(RunReport.percent(accuracy))
                    """)
        }
        let rho = report.correlation?.proxy.spearman
        let values = [("all", rho?.all), ("top half", rho?.top50)].compactMap { name, estimate in
            estimate.map { "\(name) \(String(format: "%.2f", $0.value).replacing("-", with: "−"))" }
        }
        proxy = report.proxy
        title = "Score by \(proxy) against validated accuracy" + (values.isEmpty ? "" : "; ρ \(values.joined(separator: ", "))")
    }

    /// The figure with its caption; empty with fewer than two validated candidates.
    var html: String {
        guard points.count > 1 else { return "" }
        let chart = Chart(title: title, xLabel: "score by \(proxy)", yLabel: "validated accuracy, %", points: points)
        return """
            <figure>
            \(chart.svg)
            <figcaption>\(SVGText.escaped(title)). <span class="key"></span>lower half <span class="key half"></span>top half \
            <span class="key tenth"></span>top tenth by score</figcaption>
            </figure>
            """
    }
}
