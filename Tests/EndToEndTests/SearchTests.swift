import Foundation
import TestSupport
import Testing

/// `search` on real images. Serialized, because budgets hold only on an idle machine.
@Suite(.slow, .serialized)
struct SearchTests {
    static let space = "SearchSpaces/fashion.space"
    static let data = ["--data", "fashion-mnist"]

    /// A temporary directory, removed when the test ends.
    final class Scratch {
        let path = FileManager.default.temporaryDirectory.appending(path: "gtn-nas-\(UUID().uuidString)").path

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }

        func file(_ name: String) -> String { "\(path)/\(name)" }
        var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }
    }

    func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// The arguments of a search that needs seconds: a teacher of two meta-steps, and four candidates.
    func small(_ run: String, _ more: [String] = []) -> [String] {
        ["search", Self.space] + Self.data
            + ["--meta-steps", "2", "--candidates", "4", "--steps", "4", "--batch", "20", "--run", run, "--json"] + more
    }

    /// Returns the ranking without its timings, as text.
    func ranking(_ stdout: String) throws -> String {
        let rows = try #require(try object(stdout)["ranking"] as? [[String: Any]])
        let plain = rows.map { $0.filter { $0.key != "seconds" } }
        return String(decoding: try JSONSerialization.data(withJSONObject: plain, options: .sortedKeys), as: UTF8.self)
    }

    @Test func staysWithinABudgetOfOneMinute() throws {
        let scratch = try Scratch()
        let run = scratch.file("run")
        let started = Date()
        let result = try Executable.run(
            ["search", Self.space] + Self.data + ["--teacher", "new", "--budget", "60s", "--validate", "2", "--run", run, "--json"],
            timeout: 120)
        let elapsed = Date().timeIntervalSince(started)
        try #require(result.status == 0, "\(result.stderr)")
        #expect(elapsed <= 60 + loadAllowance)

        let report = try object(result.stdout)
        #expect(report["schema"] as? String == "gtn-nas/1")
        #expect(report["command"] as? String == "search")
        #expect(report["budget_seconds"] as? Double == 60)
        let reported = try #require(report["elapsed_seconds"] as? Double)
        #expect(reported > 0 && reported <= elapsed)
        let ranking = try #require(report["ranking"] as? [[String: Any]])
        #expect(ranking.count == report["evaluated"] as? Int)
        try #require(!ranking.isEmpty)
        let scores = ranking.compactMap { $0["score"] as? Double }
        #expect(scores.count == ranking.count)
        #expect(scores == scores.sorted(by: >))
        #expect(ranking.compactMap { $0["rank"] as? Int } == Array(1...ranking.count))
        for name in ["run.sqlite", "settings.json", "teacher.safetensors", "log.jsonl"] {
            #expect(FileManager.default.fileExists(atPath: "\(run)/\(name)"))
        }
    }

    @Test(arguments: ["distilled", "generative"])
    func resultsDoNotDependOnWorkers(kind: String) throws {
        let scratch = try Scratch()
        let one = try Executable.run(small(scratch.file("one"), ["--validate", "0", "--workers", "1", "--kind", kind]))
        let two = try Executable.run(small(scratch.file("two"), ["--validate", "0", "--workers", "2", "--kind", kind]))
        try #require(one.status == 0 && two.status == 0, "\(one.stderr)\(two.stderr)")
        #expect(try ranking(one.stdout) == ranking(two.stdout))
        #expect(try object(one.stdout)["evaluated"] as? Int == 4)
    }

    /// A proposer gets scores in a fixed order, even if workers finish in another order. A resumed search continues with the same
    /// proposals.
    @Test(arguments: ["evolution", "local"]) func learningStrategiesDoNotDependOnWorkersOrInterruptions(_ strategy: String) throws {
        let scratch = try Scratch()
        func search(_ run: String, _ workers: Int, _ more: [String] = []) throws -> String {
            let result = try Executable.run(
                ["search", Self.space] + Self.data
                    + [
                        "--proxy", "nwot", "--strategy", strategy, "--validate", "0", "--workers", "\(workers)", "--run", scratch.file(run),
                        "--json",
                    ] + more)
            try #require(result.status == 0, "\(result.stderr)")
            return try ranking(result.stdout)
        }
        let whole = try search("one", 1, ["--candidates", "70"])
        #expect(try search("two", 2, ["--candidates", "70"]) == whole)
        _ = try search("three", 2, ["--candidates", "60"])
        #expect(try search("three", 2, ["--candidates", "70", "--resume"]) == whole)
    }

    /// Two brackets of 27 and 9 candidates, of which 3 and 1 train in full. Their scores equal the scores of a search without halving.
    @Test func halvingRanksFullyTrainedCandidates() throws {
        let scratch = try Scratch()
        func search(_ run: String, _ workers: Int, _ more: [String]) throws -> String {
            let result = try Executable.run(
                ["search", Self.space] + Self.data + [
                    "--proxy", "real-steps", "--real-steps", "18", "--validate", "0", "--workers", "\(workers)", "--run", scratch.file(run),
                    "--json",
                ] + more)
            #expect(result.status == 0, "\(result.stderr)")
            return result.stdout
        }
        struct Row: Decodable, Hashable { let architecture: String, score: Double, steps: Int }
        struct Output: Decodable { let ranking: [Row], evaluated: Int, proposed: Int }
        func rows(_ output: String) throws -> Output { try JSONDecoder().decode(Output.self, from: Data(output.utf8)) }
        let one = try search("one", 1, ["--strategy", "halving", "--candidates", "36"])
        let two = try search("two", 2, ["--strategy", "halving", "--candidates", "36"])
        #expect(try ranking(two) == ranking(one))
        let halved = try rows(one)
        #expect(halved.ranking.count == 4 && halved.evaluated == 4 && halved.proposed == 36)
        #expect(halved.ranking.allSatisfy { $0.steps == 18 })
        let all = try Set(rows(search("all", 2, ["--candidates", "36"])).ranking)
        #expect(all.isSuperset(of: halved.ranking))
        // Resuming a finished search changes nothing.
        #expect(try ranking(search("one", 2, ["--strategy", "halving", "--candidates", "36", "--resume"])) == ranking(one))
    }

    /// Twelve short trainings leave most of the budget, which goes to more validations unless --validate is given.
    ///
    /// Only twenty candidates: in a debug build, the statistics of a hundred need ten seconds.
    @Test func spendsRemainingTimeOnValidation() throws {
        let scratch = try Scratch()
        func validated(_ more: String...) throws -> Int {
            let started = Date()
            let result = try Executable.run(
                ["search", Self.space] + Self.data
                    + [
                        "--proxy", "parameters", "--candidates", "20", "--budget", "25s", "--epochs", "1", "--images", "200", "--run",
                        scratch.file("run\(more)"), "--json",
                    ] + more, timeout: 120)
            #expect(result.status == 0, "\(result.stderr)")
            #expect(Date().timeIntervalSince(started) <= 25 + loadAllowance)
            return try #require(try object(result.stdout)["validated"] as? [[String: Any]]).count
        }
        #expect(try validated() > 12)
        #expect(try validated("--validate", "3") == 3)
    }

    /// A search uses a teacher in Results/teachers that was made for its data, space and settings, unless --teacher is `new`.
    @Test func findsAnExistingTeacher() throws {
        let scratch = try Scratch()
        let space = "\(Executable.root)/\(Self.space)"
        let file = scratch.file("Results/teachers/fashion.safetensors")
        try FileManager.default.createDirectory(atPath: scratch.file("Results/teachers"), withIntermediateDirectories: true)
        let small = ["--steps", "4", "--batch", "20", "--seed", "3"]
        let teach = try Executable.run(["teach", space] + Self.data + small + ["--meta-steps", "1", "--no-comparison", "-o", file])
        try #require(teach.status == 0, "\(teach.stderr)")
        func search(_ more: [String]) throws -> (status: Int32, stdout: String, stderr: String) {
            try Executable.run(
                ["search", space] + Self.data + ["--candidates", "3", "--validate", "0", "--json", "--batch", "20"] + more,
                directory: scratch.path)
        }
        let found = try search(["--steps", "4"])
        try #require(found.status == 0, "\(found.stderr)")
        #expect(
            found.stderr.hasPrefix(
                "teacher Results/teachers/fashion.safetensors, made for this data and space; --teacher new meta-trains another"))
        let output = try object(found.stdout)
        #expect(output["meta_steps"] as? Int == 1)
        // The run keeps a copy, and splits the data by the teacher's seed.
        let run = try #require(output["run"] as? String)
        let settings = try object(String(contentsOfFile: scratch.file("\(run)/settings.json"), encoding: .utf8))
        #expect(settings["split_seed"] as? String == "3")
        #expect(settings["seed"] as? String == "0")
        #expect(FileManager.default.fileExists(atPath: scratch.file("\(run)/teacher.safetensors")))
        let resumed = try search(["--steps", "4", "--run", run, "--resume"])
        #expect(try ranking(resumed.stdout) == ranking(found.stdout))

        // A search without teacher settings prefers a teacher that recommends a scoring.
        let advised = scratch.file("Results/teachers/advised.safetensors")
        #expect(try Executable.run(["teacher", "advise", file, "--passes", "2", "--score-by", "area", "-o", advised]).status == 0)
        let plain = try Executable.run(
            ["search", space] + Self.data + ["--candidates", "2", "--validate", "0", "--json"], directory: scratch.path)
        #expect(plain.status == 0 && plain.stderr.hasPrefix("teacher Results/teachers/advised.safetensors, "), "\(plain.stderr)")
        let rows = try #require(try object(plain.stdout)["ranking"] as? [[String: Any]])
        #expect(rows.count == 2 && rows.allSatisfy { $0["steps"] as? Int == 8 })
        try FileManager.default.removeItem(atPath: advised)

        for other in [["--steps", "5"], ["--steps", "4", "--teacher", "new"], ["--steps", "4", "--set", "channels=4"]] {
            let refused = try search(other)
            #expect(refused.status == 2)
            #expect(refused.stderr.contains("search needs a bound: --budget 10m, or --meta-steps 200 and --candidates 50"), "\(other)")
        }
    }

    /// The teacher of small images serves searches on large ones, unless the score needs an evaluation on real images.
    @Test func findsTheShippedTeacher() throws {
        let scratch = try Scratch()
        func search(_ run: String, _ more: String...) throws -> (status: Int32, stdout: String, stderr: String) {
            let result = try Executable.run(
                [
                    "search", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--candidates", "1", "--validate", "0", "--run",
                    scratch.file(run),
                ] + more)
            #expect(result.status == 0, "\(result.stderr)")
            return result
        }
        let ranks = try search("ranks")
        #expect(
            ranks.stderr.hasPrefix("teacher Results/teachers/fashion-14x14.safetensors, made for this data and space at 14 x 14 pixels; "))
        #expect(ranks.stdout.contains("48 steps of 32 images of 14 x 14 pixels; "))
        let report = scratch.file("ranks.html")
        #expect(try Executable.run(["report", scratch.file("ranks"), "-o", report]).status == 0)
        #expect(try String(contentsOfFile: report, encoding: .utf8).contains("48 steps of 32 images of 14 x 14 pixels"))
        #expect(
            try search("evaluated", "--score-by", "loss").stderr.hasPrefix(
                "teacher Results/teachers/fashion.safetensors, made for this data and space; "))
    }

    @Test func refusesExhaustiveSearchOfALargeSpace() throws {
        let scratch = try Scratch()
        let result = try Executable.run(
            ["search", "SearchSpaces/darts.space"] + Self.data + [
                "--strategy", "exhaustive", "--meta-steps", "1", "--candidates", "1", "--run", scratch.file("run"),
            ])
        #expect(result.status == 2)
        #expect(result.stderr.hasPrefix("error: cannot enumerate the architectures of darts: "), "\(result.stderr)")
        #expect(result.stderr.contains("more than the limit of 2000000"), "\(result.stderr)")
        #expect(scratch.names.isEmpty)
    }

    @Test func readsAndResumesARun() throws {
        let scratch = try Scratch()
        let run = scratch.file("run")
        let trained = ["--validate", "2", "--epochs", "1", "--images", "500"]
        let first = try Executable.run(small(run, trained))
        try #require(first.status == 0, "\(first.stderr)")
        #expect((try object(first.stdout)["validated"] as? [Any])?.count == 2)

        // Existing results are not computed again.
        let again = try Executable.run(small(run, trained + ["--resume"]))
        #expect(again.status == 0, "\(again.stderr)")
        #expect(try object(again.stdout)["ranking"] as? NSArray == object(first.stdout)["ranking"] as? NSArray)
        #expect(try object(again.stdout)["validated"] as? NSArray == object(first.stdout)["validated"] as? NSArray)
        let otherSeed = try Executable.run(small(run, ["--resume", "--seed", "1"]))
        #expect(otherSeed.status == 2)
        #expect(otherSeed.stderr.contains("was started with seed"))

        let ranked = try Executable.run(["rank", run, "--top", "2", "--json"])
        #expect((try object(ranked.stdout)["ranking"] as? [Any])?.count == 2)
        let csv = try Executable.run(["rank", run, "--csv"])
        #expect(csv.stdout.split(separator: "\n").count == 5)

        let validated = try Executable.run(["validate", run, "--candidates", "1", "--json"])
        #expect(validated.status == 0, "\(validated.stderr)")
        #expect((try object(validated.stdout)["validated"] as? [Any])?.count == 3)

        // Trains the same candidates again with other seeds, and no further candidates.
        #expect(try object(validated.stdout)["correlation"] as? [String: Any] != nil)
        let repeated = try Executable.run(["validate", run, "--candidates", "0", "--seeds", "2", "--json"])
        #expect(repeated.status == 0, "\(repeated.stderr)")
        let twice = try #require(try object(repeated.stdout)["validated"] as? [[String: Any]])
        #expect(twice.count == 6)
        #expect(Set(twice.compactMap { $0["seed"] as? String }).count == 6)
        #expect((try object(repeated.stdout)["correlation"] as? [String: Any])?["noise_ceiling"] as? [String: Any] != nil)

        let correlated = try Executable.run(["correlate", run, "--strict", "--json"])
        #expect(correlated.status == 3)
        let correlation = try #require(try object(correlated.stdout)["correlation"] as? [String: Any])
        #expect(correlation["pairs"] as? Int == 3)
        #expect(correlation["verdict"] as? String == "worthless")
        #expect(
            (correlation["baselines"] as? [String: Any])?.keys.sorted() == [
                "expressivity", "fisher", "grad_norm", "grasp", "jacob_cov", "macs", "memory", "nwot", "parameters", "snip", "synflow",
                "trainability", "zico",
            ])
        #expect((correlation["at_equal_cost"] as? [String: Any])?["cost"] as? String == "macs")
        #expect(correlation["verdict_at_equal_cost"] as? String == "worthless")

        // One network is no better than chance: 0.8 is a percentage as the rest of its column.
        let rows = try #require(try object(first.stdout)["ranking"] as? [[String: Any]])
        let names = rows.compactMap { $0["architecture"] as? String }
        let table = "architecture,accuracy\n" + zip(names, ["91.5", "80", "70", "0.8"]).map { "\"\($0)\",\($1)\n" }.joined()
        try table.write(toFile: scratch.file("truth.csv"), atomically: true, encoding: .utf8)
        let truth = try Executable.run(["correlate", run, "--truth", scratch.file("truth.csv"), "--json"])
        let against = try #require(try object(truth.stdout)["correlation"] as? [String: Any])
        let all = try #require((against["spearman"] as? [String: Any])?["all"] as? [String: Any])
        #expect(all["value"] as? Double == 1)
    }

    @Test func anInterruptedSearchResumes() throws {
        let scratch = try Scratch()
        let (run, undisturbed) = (scratch.file("run"), scratch.file("undisturbed"))
        let arguments = ["--validate", "0", "--candidates-file", scratch.file("list")]
        let list = ["conv1x1", "conv3x3", "sep3x3", "avg3x3", "max3x3", "skip"].map { "\($0).\($0),\($0).\($0),\($0),\($0)" }
        try list.joined(separator: "\n").write(toFile: scratch.file("list"), atomically: true, encoding: .utf8)
        func all(_ run: String) -> [String] {
            ["search", Self.space] + Self.data + ["--meta-steps", "120", "--steps", "4", "--batch", "20", "--run", run, "--json"]
                + arguments
        }
        // After this time, a slow machine has started meta-training, and a fast one has not finished it.
        let stopped = try Executable.run(all(run), interruptAfter: 6)
        #expect(stopped.status == 130)
        #expect(stopped.stdout.isEmpty)
        #expect(stopped.stderr.contains("--resume"))
        let resumed = try Executable.run(all(run) + ["--resume"])
        let whole = try Executable.run(all(undisturbed))
        try #require(resumed.status == 0 && whole.status == 0, "\(resumed.stderr)\(whole.stderr)")
        #expect(try ranking(resumed.stdout) == ranking(whole.stdout))
    }
}
