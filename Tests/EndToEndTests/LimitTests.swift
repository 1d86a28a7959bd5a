import Foundation
import TestSupport
import Testing

/// Searches with limits, and rankings evaluated at equal cost.
@Suite(.serialized, .slow) final class LimitTests {
    private let scratch: SearchTests.Scratch

    init() throws { scratch = try SearchTests.Scratch() }

    private static let fashion = ["search", "SearchSpaces/fashion.space", "--data", "fashion-mnist"]

    private func object(_ json: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    /// Runs the program and returns its JSON output.
    private func run(_ arguments: [String]) throws -> [String: Any] {
        let result = try Executable.run(arguments + ["--json"])
        try #require(result.status == 0, "\(result.stderr)")
        return try object(result.stdout)
    }

    @Test func candidatesAreWithinAllLimits() throws {
        let output = try run(
            Self.fashion + [
                "--proxy", "nwot", "--candidates", "12", "--validate", "0", "--max-parameters", "6k", "--max-macs", "0.4M", "--max-memory",
                "20k", "--run", scratch.file("run"),
            ])
        let rows = try #require(output["ranking"] as? [[String: Any]])
        #expect(rows.count == 12)
        for row in rows {
            #expect(row["parameters"] as? Int ?? .max <= 6_000)
            #expect(row["macs"] as? Int ?? .max <= 400_000)
            #expect(row["memory"] as? Int ?? .max <= 20_000)
        }
        let limits = try #require(output["limits"] as? [String: Any])
        #expect(limits["max_memory"] as? Double == 20_000 && limits["max_latency"] is NSNull)
        let share = try #require(limits["share_inside"] as? Double)
        #expect(share > 0 && share < 1)
        let shown = try Executable.run(
            Self.fashion + ["--proxy", "nwot", "--candidates", "12", "--max-macs", "1k", "--run", scratch.file("none")])
        #expect(shown.status == 2 && shown.stderr.contains("found no architecture with at most 1,000 MACs"), "\(shown.stderr)")
    }

    @Test func listedCandidatesAreMeasured() throws {
        try "skip.skip,skip.skip,skip,skip\n".write(toFile: scratch.file("names"), atomically: true, encoding: .utf8)
        let output = try run(
            Self.fashion + [
                "--proxy", "nwot", "--candidates-file", scratch.file("names"), "--validate", "0", "--latency-command", "echo 7 #", "--run",
                scratch.file("run"),
            ])
        let rows = try #require(output["ranking"] as? [[String: Any]])
        #expect(rows.map { $0["latency_ms"] as? Double } == [7])
    }

    @Test func widthsAreFittedToTheLimit() throws {
        let search =
            Self.fashion + ["--proxy", "nwot", "--max-macs", "400k", "--fit", "channels", "--validate", "0", "--run", scratch.file("run")]
        let output = try run(search + ["--candidates", "6"])
        let rows = try #require(output["ranking"] as? [[String: Any]])
        #expect(rows.count == 6)
        #expect(rows.allSatisfy { $0["macs"] as? Int ?? .max <= 400_000 && ($0["settings"] as? [String: Int])?["channels"] ?? 0 > 0 })
        // A resumed search draws on, and a table of the ranking names the widths.
        #expect(try #require(run(search + ["--candidates", "8", "--resume"])["ranking"] as? [[String: Any]]).count == 8)
        let table = try Executable.run(["rank", scratch.file("run"), "--csv"]).stdout.split(separator: "\n")
        #expect(table[0].hasPrefix("rank,architecture,channels,hash,"))
        let trained = try run(["train", "--run", scratch.file("run"), "--epochs", "1", "-o", scratch.file("m"), "--batch", "5000"])
        #expect(trained["macs"] as? Int ?? .max <= 400_000)
        for (arguments, problem) in [
            (
                ["--fit", "channels", "--max-macs", "1M", "--proxy", "macs"],
                """
                --proxy macs: all candidates are fitted to a limit on MACs, so ranking by it means nothing; choose another proxy, or omit \
                --fit
                """
            ),
            (
                ["--fit", "channels", "--max-macs", "1M", "--strategy", "pareto"],
                """
                --strategy pareto: all candidates are fitted to a limit on MACs, so there is no front; choose another --cost, or omit \
                --fit
                """
            ),
            (["--fit", "channels"], "--fit channels: needs a limit that candidates are fitted to, such as --max-macs 10M"),
            (
                ["--fit", "width", "--max-macs", "1M"],
                "--fit width: the space fashion has no such setting; its settings are channels and cells"
            ),
        ] {
            let refused = try Executable.run(Self.fashion + arguments + ["--candidates", "2", "--run", scratch.file("none")])
            #expect(refused.status == 2 && refused.stderr == "error: \(problem)\n", "\(refused.stderr)")
        }
    }

    @Test func theShareOfTheSpaceIsSaid() throws {
        let result = try Executable.run(
            Self.fashion + [
                "--proxy", "nwot", "--candidates", "1", "--validate", "0", "--max-macs", "400k", "--run", scratch.file("run"),
            ])
        #expect(result.status == 0)
        #expect(result.stderr.contains(#/about \d+\.\d % of fashion's architectures have at most 400,000 MACs/#), "\(result.stderr)")
        #expect(result.stdout.contains("limits        at most 400,000 MACs; about "))
    }

    @Test func latenciesOfACommandAreMeasuredOnce() throws {
        let log = scratch.file("asked")
        // Each network is asked for once, and its latency is the length of its file in kilobytes.
        let search =
            Self.fashion + [
                "--proxy", "nwot", "--validate", "0", "--max-latency", "30", "--latency-command",
                "measure() { echo $1 >> \(log); echo $(( $(wc -c < $1) / 1000 )); }; measure", "--run", scratch.file("run"),
            ]
        let first = try run(search + ["--candidates", "4"])
        let asked = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").count
        let rows = try #require(first["ranking"] as? [[String: Any]])
        #expect(rows.count == 4 && rows.allSatisfy { $0["latency_ms"] as? Double ?? 99 <= 30 })
        #expect(asked >= 4)
        // A resumed search asks only for new networks.
        _ = try run(search + ["--candidates", "4", "--resume"])
        #expect(try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").count == asked)
        let ranked = try run(["rank", scratch.file("run"), "--latency"])
        #expect(((ranked["latency"] as? [String: Any])?["source"] as? String)?.hasPrefix("the command") == true)
        let other = try Executable.run(
            Self.fashion + [
                "--proxy", "nwot", "--validate", "0", "--max-latency", "30", "--candidates", "5", "--run", scratch.file("run"), "--resume",
            ])
        #expect(other.status == 2 && other.stderr.contains("was started with latency_source"), "\(other.stderr)")
    }

    @Test func correlateEvaluatesAtEqualCostAndOnEveryRow() throws {
        // Seven different functions in twelve rows: the first node of the last six has no effect. In percent, with one row below one.
        let kinds = ["skip", "conv1x1", "conv3x3", "sep3x3", "avg3x3", "max3x3"]
        let names = kinds.map { "\($0).conv3x3,conv3x3.conv3x3,conv3x3,\($0)" } + kinds.map { "\($0).conv3x3,none.none,none,conv1x1" }
        try names.joined(separator: "\n").write(toFile: scratch.file("names"), atomically: true, encoding: .utf8)
        let table =
            "architecture,accuracy,other\n" + names.enumerated().map { "\"\($1)\",\(Double($0) * 8 + 0.5),\(Double($0) / 20)\n" }.joined()
        try table.write(toFile: scratch.file("truth.csv"), atomically: true, encoding: .utf8)
        _ = try run(
            Self.fashion + [
                "--proxy", "synflow", "--candidates-file", scratch.file("names"), "--validate", "0", "--run", scratch.file("run"),
            ])
        let correlate = ["correlate", scratch.file("run"), "--truth", scratch.file("truth.csv")]
        let output = try run(correlate + ["--cost", "parameters"])
        let correlation = try #require(output["correlation"] as? [String: Any])
        #expect((output["every_row"] as? [String: Any])?["pairs"] as? Int == names.count)
        #expect(correlation["pairs"] as? Int == 7)
        let equal = try #require(correlation["at_equal_cost"] as? [String: Any])
        #expect(equal["cost"] as? String == "parameters")
        for name in ["partial_spearman", "concordance", "regret_under_caps", "baselines"] { #expect(equal[name] != nil, "\(name)") }
        #expect(["trusted", "weak", "worthless"].contains(correlation["verdict_at_equal_cost"] as? String))
        #expect((correlation["baselines"] as? [String: Any])?.keys.sorted() == ["aggregate", "macs", "memory", "parameters"])
        let more = try #require(try run(correlate + ["--baselines"])["correlation"] as? [String: Any])
        #expect(
            (more["baselines"] as? [String: Any])?.keys.sorted() == [
                "aggregate", "expressivity", "fisher", "grad_norm", "grasp", "jacob_cov", "macs", "memory", "nwot", "parameters", "snip",
                "trainability", "zico",
            ])
        let text = try Executable.run(correlate).stdout
        #expect(text.hasPrefix("verdict under a limit    "))
        #expect(text.contains("truth.csv, read as percent (95 % intervals):"))
        #expect(text.contains("Among networks of equal MACs (95 % intervals):"))
        #expect(try Executable.run(correlate + ["--truth-column", "other"]).stdout.contains("read as fractions of 1"))
    }

    @Test func latenciesAreMeasuredForTheCostThatNeedsThem() throws {
        let names = ["skip", "conv1x1", "conv3x3"].map { "\($0).\($0),\($0).\($0),\($0),\($0)" }
        try names.joined(separator: "\n").write(toFile: scratch.file("names"), atomically: true, encoding: .utf8)
        try ("architecture,accuracy\n" + names.enumerated().map { "\"\($1)\",0.\($0 + 1)\n" }.joined())
            .write(toFile: scratch.file("truth.csv"), atomically: true, encoding: .utf8)
        try ("architecture,latency_ms\n" + names.enumerated().map { "\"\($1)\",\($0 + 1)\n" }.joined())
            .write(toFile: scratch.file("device.csv"), atomically: true, encoding: .utf8)
        let search =
            Self.fashion + ["--proxy", "nwot", "--candidates-file", scratch.file("names"), "--validate", "0", "--run", scratch.file("run")]
        let correlate = ["correlate", scratch.file("run"), "--truth", scratch.file("truth.csv"), "--cost", "latency"]
        _ = try run(search)
        let output = try run(correlate + ["--latency-table", scratch.file("device.csv")])
        let correlation = try #require(output["correlation"] as? [String: Any])
        #expect((correlation["at_equal_cost"] as? [String: Any])?["cost"] as? String == "latency")
        let rows = try #require(run(["rank", scratch.file("run")])["ranking"] as? [[String: Any]])
        #expect(Set(rows.compactMap { $0["latency_ms"] as? Double }) == [1, 2, 3])
        // The search had no latencies and can still be resumed; known latencies need no source.
        _ = try run(search + ["--resume"])
        _ = try run(correlate)
        let refused = try Executable.run(["correlate", scratch.file("run"), "--truth", scratch.file("truth.csv"), "--latency-command", "x"])
        #expect(refused.status == 2 && refused.stderr.contains("add --cost latency"), "\(refused.stderr)")
    }

    /// Networks without rectifiers have no nwot. It is missing, and the report says so.
    @Test func undefinedScoresAreNamed() throws {
        try """
        space smooth
        image 1x28x28
        classes 10
        op any = relu: conv 3x3 stride 4 -> 4 > norm > relu | tanh: conv 3x3 stride 4 -> 4 > norm > tanh
          | wide: conv 3x3 stride 4 -> 6 > norm > tanh
        network {
          a: any
          b: any
          head: global-avg-pool > linear classes
        }
        """.write(toFile: scratch.file("smooth.space"), atomically: true, encoding: .utf8)
        _ = try run([
            "search", scratch.file("smooth.space"), "--data", "fashion-mnist@12x12", "--proxy", "parameters", "--candidates", "9",
            "--validate", "9", "--epochs", "1", "--images", "200", "--run", scratch.file("run"),
        ])
        let output = try #require(run(["correlate", scratch.file("run")])["correlation"] as? [String: Any])
        let missing = try #require(output["missing_baselines"] as? [String: Int])
        // Four of nine networks have no rectifier.
        #expect(missing == ["nwot": 4])
        #expect((output["baselines"] as? [String: Any])?["nwot"] == nil)
        #expect((output["baselines"] as? [String: Any])?["aggregate"] != nil)
        let text = try Executable.run(["correlate", scratch.file("run")]).stdout
        #expect(text.contains("nwot is not compared: it is undefined for 4 of 9 networks"), "\(text)")
    }

    /// If the search had a limit, --strict obeys the verdict under a limit. MACs cannot order networks of equal MACs.
    @Test func strictObeysTheVerdictOfTheUse() throws {
        for (name, limit, status) in [("free", [], Int32(0)), ("limited", ["--max-macs", "10G"], 3)] {
            _ = try run(
                ["search", "SearchSpaces/nas-bench-macro.space", "--data", "fashion-mnist", "--proxy", "macs", "--candidates", "30"] + limit
                    + ["--validate", "0", "--run", scratch.file(name)])
            let rows = try #require(run(["rank", scratch.file(name)])["ranking"] as? [[String: Any]])
            // Accuracies that follow the MACs.
            let lines = rows.map { "\($0["architecture"]!),\(Double($0["macs"] as! Int) / 1e9)\n" }
            try ("architecture,accuracy\n" + lines.joined())
                .write(toFile: scratch.file("\(name).csv"), atomically: true, encoding: .utf8)
            let result = try Executable.run(["correlate", scratch.file(name), "--truth", scratch.file("\(name).csv"), "--strict", "--json"])
            let correlation = try #require(object(result.stdout)["correlation"] as? [String: Any])
            #expect(correlation["verdict"] as? String == "trusted")
            #expect(correlation["verdict_at_equal_cost"] as? String == "worthless")
            #expect(result.status == status)
        }
    }

    @Test func samplesWithinLimitsAreDrawn() throws {
        let output = try run(["space", "sample", "SearchSpaces/fashion.space", "-n", "20", "--max-parameters", "4k"])
        let rows = try #require(output["architectures"] as? [[String: Any]])
        #expect(rows.count == 20)
        #expect(rows.allSatisfy { $0["parameters"] as? Int ?? .max <= 4_000 })
        // Costs of networks as written may be higher, if some of their layers have no effect.
        let first = try run(["space", "describe", "SearchSpaces/fashion.space", "--architecture", rows[0]["architecture"] as! String])
        #expect(first["hash"] as? String == rows[0]["hash"] as? String)
        #expect(try #require(first["parameters"] as? Int) >= #require(rows[0]["parameters"] as? Int))
    }

    @Test(arguments: [
        (["--max-macs", "12x"], "max-macs"), (["--max-memory", "1.2345k"], "max-memory"), (["--max-macs", "1.5"], "max-macs"),
        (["--max-latency=-1"], "--max-latency -1.0: expected a positive number"),
        (["--latency-table", "a.csv", "--latency-command", "b"], "--latency-table and --latency-command exclude each other"),
        (["--latency-table", "a.csv"], "a.csv: cannot be read as text; expected a CSV file"),
        (["--max-latency", "5", "--latency-command", "echo fast #"], "expected milliseconds on its output, found 'fast'"),
    ]) func wrongLimitsAreRefused(_ options: [String], _ words: String) throws {
        let result = try Executable.run(
            Self.fashion + ["--proxy", "nwot", "--candidates", "1", "--validate", "0", "--run", scratch.file("run")] + options)
        #expect(result.status == 2)
        #expect(result.stderr.contains(words), "\(result.stderr)")
    }
}
