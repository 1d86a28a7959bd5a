import ResultStore
import RankStatistics
import Foundation
import Search
import Testing

@testable import Reports

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct RunReportTests {
    private static func report(_ count: Int = 20, validated: Int = 12) -> RunReport {
        let rows = (0..<count).map { index in
            let parameters = 1_000 * (1 + (index * 7) % count)
            return RankedCandidate(
                rank: index + 1,
                candidate: Candidate(architecture: "a<\(index)>&\"b\"", hash: "h\(index)", parameters: parameters, macs: 123_456),
                evaluation: Evaluation(score: -0.1 * Double(index + 1), accuracy: 0.9, loss: 0.3, seconds: 1))
        }
        let accuracies = Dictionary(uniqueKeysWithValues: (0..<validated).map { ("h\($0)", 0.9 - 0.01 * Double($0)) })
        var report = RunReport(
            title: "space <on> data", proxy: "curriculum", rows: rows, accuracies: accuracies, command: "gtn-nas search a b")
        if validated > 1 {
            let pairs = rows.prefix(validated).map {
                CorrelationPair(
                    hash: $0.candidate.hash, score: $0.evaluation.score, accuracy: accuracies[$0.candidate.hash]!,
                    baselines: ["macs": Double($0.candidate.macs), "parameters": Double($0.candidate.parameters)],
                    cost: Double($0.candidate.parameters))
            }
            report.cost = .parameters
            report.correlation = CorrelationReport(Array(pairs), cost: "parameters", bootstrap: Bootstrap(resamples: 100))
            report.regrets = RegretAtCap.curve(
                scores: pairs.map(\.score), costs: pairs.map { $0.cost! }, accuracies: pairs.map(\.accuracy), hashes: pairs.map(\.hash))
        }
        return report
    }

    /// Whether a fragment is well-formed XML. The page's tables and charts use no HTML syntax that XML forbids.
    private func isWellFormed(_ fragment: Substring) -> Bool {
        XMLParser(data: Data("<r>\(fragment)</r>".utf8)).parse()
    }

    @Test func pageIsWellFormedAndEscaped() throws {
        let html = Self.report().html
        #expect(html.contains("<h1>space &lt;on&gt; data</h1>"))
        #expect(html.contains("a&lt;3&gt;&amp;&quot;b&quot;"))
        #expect(!html.contains("a<3>"))
        let main = try #require(html.firstRange(of: "<main>")), end = try #require(html.firstRange(of: "</main>"))
        // The XML parser needs void elements closed.
        let body = html[main.upperBound..<end.lowerBound].replacing("type=\"search\" autocomplete=\"off\">", with: "/>")
        #expect(isWellFormed(body[...]))
    }

    @Test func accuracyAndLossHaveNoColumnsWithoutAnEvaluation() {
        var report = Self.report(4, validated: 0)
        func columns(_ html: String) -> [String] { html.matches(of: #/<button type="button">([^<]*)</button>/#).map { String($0.1) } }
        #expect(columns(report.html) == ["rank", "score", "accuracy", "loss", "parameters", "MACs", "architecture"])
        #expect(report.html.contains(">90.00 %</td>"))
        for index in report.rows.indices { (report.rows[index].evaluation.accuracy, report.rows[index].evaluation.loss) = (nil, nil) }
        #expect(columns(report.html) == ["rank", "score", "parameters", "MACs", "architecture"])
        // Four columns with values per row, and no empty cell.
        #expect(report.html.matches(of: #/<td data-value/#).count == 4 * 4 && !report.html.contains(">–</td>"))
    }

    @Test func otherRankingsComeBetweenProxyAndBaselines() throws {
        var report = Self.report()
        report.others = ["blend": try #require(report.correlation).proxy]
        let html = report.html
        let (own, other) = (try #require(html.firstRange(of: ">curriculum</th>")), try #require(html.firstRange(of: ">blend</th>")))
        let baseline = try #require(html.firstRange(of: ">MACs alone</th>"))
        #expect(own.lowerBound < other.lowerBound && other.lowerBound < baseline.lowerBound)
    }

    @Test func scoresArePlottedAgainstBothCosts() {
        let html = Self.report().html
        for name in ["parameters", "MACs"] { #expect(html.contains("Score against \(name)"), "\(name)") }
        #expect(html.contains("123,456 multiply-accumulates, score"))
        // The validated accuracy of a candidate on the front.
        #expect(html.contains("text-anchor=\"middle\">90.0</text>"))
    }

    @Test func pageIsSelfContained() {
        var report = Self.report()
        report.sheet = Data([1, 2, 3])
        let html = report.html
        for word in ["http://", "https://", "@import", "src=\"/", "href=\"/"] { #expect(!html.contains(word), "\(word)") }
        #expect(html.contains("src=\"data:image/png;base64,AQID\""))
    }

    @Test func verdictComesFirst() throws {
        let html = Self.report().html
        let verdict = try #require(html.firstRange(of: "class=\"verdict trusted\""))
        #expect(verdict.lowerBound < html.firstRange(of: "<h2>")!.lowerBound)
        #expect(html.contains("<b>Trusted over all sizes</b> · Spearman’s ρ 1.00 [1.00, 1.00]"))
        #expect(html.contains("Measured on 12 candidates"))
        #expect(Self.report(5, validated: 0).html.contains("Not checked."))
    }

    @Test func bothVerdictsAreShownAndTheOneThatCountsIsFirst() throws {
        var report = Self.report()
        func order() throws -> Bool {
            let html = report.html
            let (all, limit) = (html.firstRange(of: "over all sizes</b>"), html.firstRange(of: "under a limit on parameters</b>"))
            return try #require(all).lowerBound < #require(limit).lowerBound
        }
        #expect(try order())
        report.limits = CostLimits(parameters: 15_000)
        #expect(try !order())
        #expect(report.html.contains("First of 20 candidates with at most 15,000 parameters, ranked by curriculum: <code>"))
        #expect(report.html.contains("class=\"limit\""))
    }

    @Test func regretsUnderCapsAreDrawnAndListed() throws {
        let html = Self.report().html
        #expect(html.contains("aria-label=\"Regret under a cap on parameters\""))
        for line in ["curve proxy", "curve largest", "curve random"] { #expect(html.ranges(of: "class=\"\(line)\"").count == 1) }
        #expect(html.contains(">the largest that fits</th>"))
    }

    @Test func undefinedBaselinesAreNamed() throws {
        var report = Self.report()
        report.correlation?.missing = ["nwot": 3]
        #expect(report.html.contains("nwot is not compared, because it was not computed for 3 of the networks."))
        report.undefined = ["nwot": 3]
        #expect(report.html.contains("nwot is not compared, because it is undefined for 3 of the networks."))
    }

    @Test func marksTheTopHalfAndTheTopTenth() {
        let html = Self.report().html
        let scatter = html[
            html.firstRange(of: "aria-label=\"Score by curriculum against")!.lowerBound..<html.firstRange(of: "</figure>")!.lowerBound]
        // ⌈12/10⌉ = 2 in the top tenth; ⌈12/2⌉ = 6 in the top half, including those two.
        #expect(scatter.ranges(of: "class=\"point tenth\"").count == 2)
        #expect(scatter.ranges(of: "class=\"point half\"").count == 4)
        #expect(scatter.ranges(of: "class=\"point plain\"").count == 6)
    }

    /// On both fronts are the first and the third candidate; the second costs more than the first and scores lower.
    @Test func paretoFrontHasNoDominatedCandidate() throws {
        var report = Self.report(3, validated: 0)
        for (index, (parameters, macs)) in [(300, 50), (400, 60), (100, 40)].enumerated() {
            (report.rows[index].candidate.parameters, report.rows[index].candidate.macs) = (parameters, macs)
        }
        let html = report.html
        let second = try #require(html.firstRange(of: "<h2>Ranking</h2>"))
        let charts = html[..<second.lowerBound].components(separatedBy: "Score against MACs")
        for chart in [charts[0], charts.dropFirst().joined()] {
            #expect(chart.ranges(of: "class=\"point tenth\"").count == 2)
            #expect(chart.ranges(of: "class=\"point plain\"").count == 1)
        }
    }

    @Test func markersOfDrawingsAreUnique() {
        var report = Self.report(2, validated: 0)
        report.drawings = [
            "h0": "<svg><marker id=\"arrow\"/><path marker-end=\"url(#arrow)\"/></svg>", "h1": "<svg><marker id=\"arrow\"/></svg>",
        ]
        #expect(
            report.html.contains("id=\"arrow-h0\"") && report.html.contains("url(#arrow-h0)") && report.html.contains("id=\"arrow-h1\""))
        #expect(!report.html.contains("id=\"arrow\""))
    }
}

@Suite struct ChartAxisTests {
    @Test(arguments: [
        ([0.0, 10], ["0.0", "2.5", "5.0", "7.5", "10.0"]), ([0.82, 0.91], ["0.82", "0.84", "0.86", "0.88", "0.90"]),
        ([-1.0, -0.7], ["-1.0", "-0.9", "-0.8", "-0.7"]),
    ]) func ticksAreRoundNumbers(_ values: [Double], _ expected: [String]) {
        let axis = ChartAxis(values)
        #expect(axis.ticks.map(axis.text) == expected)
    }

    @Test func logarithmicTicksAreOneTwoFive() {
        let axis = ChartAxis([900, 60_000], isLogarithmic: true)
        #expect(axis.ticks.map(axis.text) == ["1k", "2k", "5k", "10k", "20k", "50k"])
        #expect(abs(axis.place(900) + axis.place(60_000) - 1) < 1e-9)
    }

    @Test func singleValueIsCentered() {
        #expect(abs(ChartAxis([3, 3]).place(3) - 0.5) < 1e-9)
    }
}
