import Basics
import Foundation
import RankStatistics
import Search

/// Prints the agreement of a run's scores with real accuracies.
struct AgreementPrinter {
    let agreement: Agreement

    func json() throws -> Any {
        var object = try Console.object(agreement.report) as! [String: Any]
        object["proxy"] = agreement.proxy
        object["others"] = try agreement.others.mapValues(Console.object)
        object["fitted_blend_weights"] = agreement.fittedBlend.map { ["score": $0.weights[0], "parameters": $0.weights[1]] } ?? NSNull()
        object["noise_ceiling"] = try agreement.noiseCeiling.map(Console.object) ?? NSNull()
        object["speedup"] = agreement.speedUp.map(Self.json) ?? NSNull()
        object["undefined_baselines"] = agreement.undefined
        object["aggregate_members"] = agreement.aggregateMembers
        switch agreement.truth {
        case .trained(let configuration):
            object["epochs"] = configuration.epochs
            object["images"] = configuration.images
        case .file(_, let unit, _), .sameFile(_, let unit): object["unit"] = "\(unit)"
        }
        return object
    }

    private static func json(_ speedUp: SpeedUp) -> Any {
        func orNull(_ value: (some Any)?) -> Any { value as Any? ?? NSNull() }
        var object: [String: Any] = ["spearman": speedUp.spearman, "seconds": speedUp.seconds, "candidates": speedUp.candidates]
        object["meta_training_seconds"] = orNull(speedUp.metaTrainingSeconds)
        object["real_data"] = speedUp.rungs.map { ["steps": $0.steps, "seconds": $0.seconds, "spearman": $0.spearman] as [String: Any] }
        object["equal_steps"] = orNull(speedUp.equal?.steps)
        object["reached"] = speedUp.equal != nil
        object["ratio"] = orNull(speedUp.ratio)
        object["ratio_with_meta_training"] = orNull(speedUp.ratioWithMetaTraining)
        object["pays_from_candidates"] = orNull(speedUp.paysFrom)
        return object
    }

    func print() {
        let report = agreement.report
        printVerdicts()
        switch agreement.truth {
        case .trained(let configuration):
            Swift.print("Rank correlation with the accuracy of \(report.pairs) candidates after \(configuration) (95 % intervals):")
        case .sameFile(let path, let unit):
            Swift.print(
                "Rank correlation with the accuracy of \(report.pairs) candidates in \(path), read as \(unit.rawValue) (95 % intervals):")
        case .file(let path, let unit, let unscored):
            Swift.print(
                "Rank correlation with the accuracy of \(report.pairs) candidates in \(path), read as \(unit.rawValue) (95 % intervals):")
            if unscored > 0 { Swift.print("  (\(unscored) architectures of the file have no score in this run)") }
        }
        var table = TextTable([.left, .left, .left, .left, .right])
        table.add("", "Spearman, all", "top half", "Kendall, all", "regret")
        let baselines = report.baselines.sorted { $0.key < $1.key }
        let rows =
            [(agreement.proxy, report.proxy)] + agreement.others.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            + baselines.map { (Self.rowName($0.key), $0.value) }
            + (agreement.noiseCeiling.map { [("validation, second seed", $0)] } ?? [])
        for (name, quality) in rows {
            table.add(
                name, Self.text(quality.spearman.all), Self.text(quality.spearman.top50), Self.text(quality.kendall.all),
                quality.topKRegret.map { "\(decimal(100 * $0.value, 2)) points" } ?? "-")
        }
        table.print()
        if !agreement.aggregateMembers.isEmpty {
            let members = agreement.aggregateMembers.map(Agreement.baselineName).list()
            Swift.print("  (the sum of free scores adds the logarithms of the ranks by \(members))")
        }
        for (name, count) in report.missing.sorted(by: { $0.key < $1.key }) {
            Swift.print(
                agreement.undefined[name].map { "  (\(name) is not compared: it is undefined for \($0) of \(report.pairs) networks)" }
                    ?? "  (\(name) is not compared: it was not computed for \(count) of \(report.pairs) networks; --baselines computes it)")
        }
        if let everyRow = agreement.everyRow, everyRow.pairs != report.pairs {
            Swift.print(
                """
                every row     \(everyRow.pairs) rows, as published tables count: Spearman \(Self.text(everyRow.proxy.spearman.all)), \
                top half \(Self.text(everyRow.proxy.spearman.top50))
                """)
        }
        if let atEqualCost = report.atEqualCost { printAtEqualCost(atEqualCost) }
        if let fitted = agreement.fittedBlend {
            Swift.print(
                """
                fitted blend  weights: \(decimal(fitted.weights[0], 2)) for the ranks by score, \(decimal(fitted.weights[1], 2)) for \
                those by parameters
                """)
        }
        if let speedUp = agreement.speedUp { Self.print(speedUp) }
    }

    /// Both verdicts: the one for networks with a limit, and the one for networks of all sizes.
    func printVerdicts() {
        let report = agreement.report
        let underLimit = report.verdictAtEqualCost.map { "\($0.rawValue): " } ?? ""
        Swift.print("verdict under a limit    \(underLimit)\(agreement.explanationAtEqualCost)")
        Swift.print("verdict over all sizes   \(report.verdict.rawValue): \(agreement.explanation)\n")
    }

    private func printAtEqualCost(_ report: EqualCostReport) {
        let cost = agreement.cost.name
        Swift.print("\nAmong networks of equal \(cost) (95 % intervals):")
        var table = TextTable([.left, .left, .left, .left])
        table.add("", "partial Spearman", "pairs in order", "regret under a cap")
        func add(_ name: String, _ quality: EqualCostReport.Quality?, _ regret: Estimate?) {
            table.add(
                name, quality.map { Self.text($0.partialSpearman) } ?? "-",
                quality?.concordance.map { Self.percent($0.value, $0.low, $0.high) } ?? "-", regret.map { "\(Self.text($0)) points" } ?? "-"
            )
        }
        let regrets = report.regretUnderCaps
        add(agreement.proxy, report.proxy, regrets?.proxy)
        for (name, quality) in report.baselines.sorted(by: { $0.key < $1.key }) where quality.partialSpearman != nil {
            add(Self.rowName(name), quality, regrets?.baselines[name])
        }
        add("the largest that fits", nil, regrets?.largest)
        add("a random one that fits", nil, regrets?.random)
        table.print()
        if let pairs = report.proxy.concordance?.pairs {
            Swift.print(
                "  (\(grouped(pairs)) pairs differ by at most a tenth in \(cost); regret is the accuracy lost by the pick, mean over caps)")
        }
    }

    private static func rowName(_ baseline: String) -> String {
        "by \(Agreement.baselineName(baseline))\(baseline == Agreement.aggregateName ? "" : " alone")"
    }

    private static func percent(_ value: Double, _ low: Double, _ high: Double) -> String {
        "\(decimal(100 * value, 0)) % [\(decimal(100 * low, 0)), \(decimal(100 * high, 0))]"
    }

    private static func text(_ estimate: Estimate?) -> String {
        estimate.map { "\(decimal($0.value, 2)) [\(decimal($0.low, 2)), \(decimal($0.high, 2))]" } ?? "undefined"
    }

    private static func print(_ speedUp: SpeedUp) {
        var table = TextTable([.left, .right, .right])
        table.add("", "seconds", "Spearman")
        table.add("the proxy", decimal(speedUp.seconds, 2), decimal(speedUp.spearman, 2))
        for rung in speedUp.rungs { table.add("\(rung.steps) steps on real images", decimal(rung.seconds, 2), decimal(rung.spearman, 2)) }
        Swift.print("\nFor one candidate, on one thread:")
        table.print()
        let bound = speedUp.equal == nil ? "more than " : ""
        if let ratio = speedUp.ratio {
            let with =
                speedUp.ratioWithMetaTraining.map { ratio in
                    speedUp.metaTrainingSeconds == nil
                        ? "" : "; \(bound)\(decimal(ratio, 1)) including meta-training, for \(speedUp.candidates) candidates"
                } ?? ""
            Swift.print("speed-up      \(bound)\(decimal(ratio, 1)) times faster than real images that rank as well\(with)")
        }
        if speedUp.metaTrainingSeconds != nil {
            Swift.print(
                speedUp.paysFrom.map { "              meta-training pays off from \(grouped($0)) candidates" }
                    ?? "              meta-training never pays off")
        }
    }
}
