import Foundation
import Testing

/// Proxies, scores, and their agreement with accuracies.
extension SearchTests {
    /// Trainings on real data double in length until one ranks as well as the proxy. Existing scores are not computed again.
    @Test func measuresTheSpeedUpOverRealData() throws {
        let scratch = try Scratch()
        let run = scratch.file("run")
        let search = try Executable.run(small(run, ["--validate", "4", "--epochs", "1", "--images", "500"]))
        try #require(search.status == 0, "\(search.stderr)")
        struct Rung: Decodable, Equatable { let steps: Int, seconds, spearman: Double }
        struct SpeedUp: Decodable {
            let spearman, seconds: Double, ratio: Double?, reached: Bool, realData: [Rung], equalSteps: Int?, metaTrainingSeconds: Double?,
                candidates: Int
            let ratioWithMetaTraining: Double?
        }
        struct Output: Decodable {
            struct Correlation: Decodable { let speedup: SpeedUp? }
            let correlation: Correlation
        }
        func speedUp(_ more: String...) throws -> SpeedUp? {
            let result = try Executable.run(["correlate", run, "--json"] + more)
            #expect(result.status == 0, "\(result.stderr)")
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Output.self, from: Data(result.stdout.utf8)).correlation.speedup
        }
        #expect(try speedUp() == nil)
        let found = try #require(try speedUp("--speedup", "--longest", "40"))
        #expect(found.realData.map(\.steps) == [16] || found.realData.map(\.steps) == [16, 32])
        let equal = found.realData.first { $0.spearman >= found.spearman }
        #expect(found.reached == (equal != nil) && found.equalSteps == equal?.steps)
        let seconds = try #require(equal ?? found.realData.last).seconds
        #expect(abs(try #require(found.ratio) - seconds / found.seconds) < 1e-9)
        let ours = Double(found.candidates) * found.seconds + (try #require(found.metaTrainingSeconds))
        #expect(abs(try #require(found.ratioWithMetaTraining) - Double(found.candidates) * seconds / ours) < 1e-9)
        #expect(try speedUp("--speedup", "--longest", "40")?.realData == found.realData)
        #expect(try speedUp()?.realData == found.realData)
        let printed = try Executable.run(["correlate", run]).stdout
        #expect(printed.contains("speed-up") && printed.contains("16 steps on real images"))
    }

    /// Criteria score the same trainings. Several initializations include the first one.
    @Test func scoresByTheRequestedCriterion() throws {
        let scratch = try Scratch()
        struct Row: Decodable, Equatable { let architecture: String, score, loss, accuracy: Double }
        struct Output: Decodable { let ranking: [Row] }
        let teacher = scratch.file("teacher.safetensors"), threePasses = scratch.file("three-passes.safetensors")
        #expect(
            try Executable.run(
                ["teach", Self.space] + Self.data + [
                    "--steps", "2", "--batch", "15", "--meta-steps", "1", "--no-comparison", "-o", teacher,
                ]
            ).status == 0)
        #expect(try Executable.run(["teacher", "passes", teacher, "--passes", "3", "-o", threePasses]).status == 0)
        func search(_ more: String...) throws -> [String: Row] {
            let result = try Executable.run(
                ["search", Self.space] + Self.data
                    + [
                        "--proxy", "curriculum", "--teacher", threePasses, "--candidates", "3", "--validate", "0", "--run",
                        scratch.file("run\(more)"), "--json",
                    ]
                    + more)
            #expect(result.status == 0, "\(result.stderr)")
            return try Dictionary(
                uniqueKeysWithValues: JSONDecoder().decode(Output.self, from: Data(result.stdout.utf8)).ranking.map {
                    ($0.architecture, $0)
                })
        }
        let byLoss = try search()
        let (byAccuracy, byTraining, byArea) = try (
            search("--score-by", "accuracy"), search("--score-by", "training-loss"), search("--score-by", "area")
        )
        #expect(byLoss.values.allSatisfy { $0.score == -$0.loss })
        #expect(byAccuracy.values.allSatisfy { $0.score == $0.accuracy })
        for (architecture, row) in byLoss {
            #expect(byAccuracy[architecture]?.loss == row.loss)
            // If the loss is not the score, it is measured on fewer images.
            #expect(byTraining[architecture]?.loss == byArea[architecture]?.loss)
            #expect(abs(byTraining[architecture]!.loss - row.loss) < 0.2)
            // Learners fit the synthetic images better in the last pass than on average.
            #expect(byTraining[architecture]!.score > byArea[architecture]!.score)
        }
        // The search passes equal those of 'teacher passes'.
        let once = try Executable.run(
            ["search", Self.space] + Self.data
                + [
                    "--proxy", "curriculum", "--teacher", teacher, "--passes", "3", "--candidates", "3", "--validate", "0", "--run",
                    scratch.file("passes"),
                    "--json",
                ])
        #expect(once.status == 0, "\(once.stderr)")
        for row in try JSONDecoder().decode(Output.self, from: Data(once.stdout.utf8)).ranking {
            #expect(byLoss[row.architecture]?.loss == row.loss)
        }
        // The teacher's recommendation gives the same scores, unless an option overrides it.
        let advised = scratch.file("advised.safetensors")
        #expect(
            try Executable.run(["teacher", "advise", teacher, "--passes", "3", "--score-by", "training-loss", "-o", advised]).status == 0)
        func follow(_ run: String, _ more: [String]) throws -> [Row] {
            let result = try Executable.run(
                ["search", Self.space] + Self.data + [
                    "--proxy", "curriculum", "--teacher", advised, "--candidates", "3", "--validate", "0", "--run", scratch.file(run),
                    "--json",
                ] + more)
            try #require(result.status == 0, "\(result.stderr)")
            return try JSONDecoder().decode(Output.self, from: Data(result.stdout.utf8)).ranking
        }
        for row in try follow("advised", []) {
            #expect(byTraining[row.architecture]?.score == row.score && byTraining[row.architecture]?.loss == row.loss)
        }
        for row in try follow("advised", ["--resume"]) { #expect(byTraining[row.architecture]?.score == row.score) }
        // Options that are not given keep the recommendation.
        for row in try follow("by-loss", ["--score-by", "loss"]) {
            #expect(row.score == -row.loss && byLoss[row.architecture]?.loss == row.loss)
        }
        let faster = try follow("faster", ["--pass-rate", "0.2"])
        #expect(try faster == follow("all", ["--passes", "3", "--pass-rate", "0.2", "--score-by", "training-loss"]))
        for row in faster { #expect(row.score != byTraining[row.architecture]?.score) }
        let single = try follow("once", ["--passes", "1"])
        // A resumed run keeps its own scoring, not the teacher's recommendation.
        #expect(try follow("once", ["--resume"]) == single)
        for row in single { #expect(row.score != -row.loss && byTraining[row.architecture]!.score > row.score) }
        for row in try follow("otherwise", ["--passes", "1", "--score-by", "loss"]) {
            #expect(row.score == -row.loss && byLoss[row.architecture]?.loss != row.loss)
        }
        let unused = try Executable.run(
            ["search", Self.space] + Self.data + [
                "--proxy", "curriculum", "--teacher", teacher, "--pass-rate", "0.2", "--candidates", "3", "--run", scratch.file("unused"),
            ])
        #expect(
            unused.status == 2
                && unused.stderr.contains("--pass-rate 0.2: one pass over a curriculum uses its learned rates; add --passes 16"),
            "\(unused.stderr)")
        let twice = try search("--initializations", "2"), thrice = try search("--initializations", "3")
        for (architecture, row) in byLoss {
            #expect(twice[architecture]!.loss != row.loss)
            // Each mean includes the earlier trainings, so both means imply the loss of the third training.
            let third = 3 * thrice[architecture]!.loss - 2 * twice[architecture]!.loss
            #expect(third > 0 && third < 50)
        }
        // A resumed run keeps its number of initializations.
        let more = try Executable.run(
            ["search", Self.space] + Self.data
                + [
                    "--teacher", threePasses, "--candidates", "4", "--validate", "0", "--run",
                    scratch.file("run\(["--initializations", "2"])"), "--resume", "--json",
                ])
        #expect(more.status == 0, "\(more.stderr)")
        let rows = try JSONDecoder().decode(Output.self, from: Data(more.stdout.utf8)).ranking
        #expect(rows.count == 4)
        for row in rows where twice[row.architecture] != nil { #expect(row.score == twice[row.architecture]?.score) }
    }

    /// A candidate with a better curriculum score and at least as many parameters as another ranks before it. The report separates both
    /// scores.
    @Test func theBlendRanksByCurriculumAndParameters() throws {
        let scratch = try Scratch()
        let run = scratch.file("run")
        let search = try Executable.run(small(run, ["--validate", "2", "--epochs", "1", "--images", "500", "--proxy", "blend"]))
        try #require(search.status == 0, "\(search.stderr)")
        struct Row: Decodable {
            let score, loss: Double
            let parameters: Int
        }
        struct Output: Decodable { let ranking: [Row] }
        let ranking = try JSONDecoder().decode(Output.self, from: Data(search.stdout.utf8)).ranking
        #expect(ranking.count > 2)
        #expect(ranking.allSatisfy { $0.score > 0 && $0.score <= 1 })
        for (place, row) in ranking.enumerated() {
            for later in ranking[(place + 1)...] { #expect(!(later.loss < row.loss && later.parameters >= row.parameters)) }
        }
        let others = try #require((try object(search.stdout)["correlation"] as? [String: Any])?["others"] as? [String: Any])
        #expect(others.keys.sorted() == ["curriculum"])
    }

    /// Accuracies that follow the number of parameters give it nearly all of the fitted weight. Nineteen accuracies are too few for a fit.
    @Test func fitsABlendToAccuracies() throws {
        let scratch = try Scratch()
        let run = scratch.file("run")
        let search = try Executable.run(
            ["search", Self.space] + Self.data + [
                "--proxy", "real-steps", "--real-steps", "2", "--candidates", "24", "--validate", "0", "--run", run, "--json",
            ])
        try #require(search.status == 0, "\(search.stderr)")
        struct Row: Decodable {
            let architecture: String
            let parameters: Int
        }
        struct Output: Decodable { let ranking: [Row] }
        let ranking = try JSONDecoder().decode(Output.self, from: Data(search.stdout.utf8)).ranking
        func correlation(_ rows: ArraySlice<Row>) throws -> [String: Any] {
            let table = "architecture,accuracy\n" + rows.map { "\"\($0.architecture)\",0.\(10_000_000 + $0.parameters)\n" }.joined()
            try table.write(toFile: scratch.file("truth.csv"), atomically: true, encoding: .utf8)
            let result = try Executable.run(["correlate", run, "--truth", scratch.file("truth.csv"), "--json"])
            try #require(result.status == 0, "\(result.stderr)")
            return try #require(try object(result.stdout)["correlation"] as? [String: Any])
        }
        let all = try correlation(ranking[...])
        let weights = try #require(all["fitted_blend_weights"] as? [String: Double])
        #expect(try #require(weights["parameters"]) > 0.8 && abs(try #require(weights["score"])) < 0.2)
        let others = try #require(all["others"] as? [String: [String: [String: Any]]])
        #expect(others.keys.sorted() == ["fitted-blend", "real-steps-blend"])
        let few = try correlation(ranking.prefix(19))
        #expect(few["fitted_blend_weights"] is NSNull)
        #expect((few["others"] as? [String: Any])?.keys.sorted() == ["real-steps-blend"])
    }

    /// Training for a given time makes as many steps as fit, and at least five.
    @Test func realDataIsAProxy() throws {
        let scratch = try Scratch()
        func search(_ run: String, _ more: [String]) throws -> String {
            let result = try Executable.run(
                ["search", Self.space] + Self.data + ["--candidates", "3", "--validate", "0", "--run", scratch.file(run), "--json"] + more)
            try #require(result.status == 0, "\(result.stderr)")
            return result.stdout
        }
        let one = try search("one", ["--proxy", "real-steps", "--real-steps", "7", "--workers", "1"])
        #expect(try ranking(search("two", ["--proxy", "real-steps", "--real-steps", "7", "--workers", "2"])) == ranking(one))
        let rows = try #require(try object(one)["ranking"] as? [[String: Any]])
        #expect(rows.allSatisfy { $0["steps"] as? Int == 7 })
        for row in rows { #expect(try abs(#require(row["score"] as? Double) + #require(row["loss"] as? Double)) < 1e-12) }
        let timed = try object(search("three", ["--proxy", "real-seconds", "--real-seconds", "0.3"]))["ranking"] as? [[String: Any]]
        #expect(try #require(timed).allSatisfy { ($0["steps"] as? Int ?? 0) >= 5 })
    }

    /// All candidates are within the limits. Along the Pareto front, the number of parameters falls.
    @Test func respectsCostLimits() throws {
        let scratch = try Scratch()
        let search = try Executable.run(
            ["search", Self.space] + Self.data
                + [
                    "--proxy", "nwot", "--strategy", "evolution", "--max-parameters", "6000", "--max-macs", "400000", "--candidates", "60",
                    "--validate", "0",
                    "--run", scratch.file("run"), "--json",
                ])
        try #require(search.status == 0, "\(search.stderr)")
        let rows = try #require(try object(search.stdout)["ranking"] as? [[String: Any]])
        #expect(rows.count == 60)
        #expect(rows.allSatisfy { $0["parameters"] as? Int ?? .max <= 6000 && $0["macs"] as? Int ?? .max <= 400_000 })
        let front = try #require(
            try object(Executable.run(["rank", scratch.file("run"), "--pareto", "--cost", "parameters", "--json"]).stdout)["ranking"]
                as? [[String: Any]])
        let sizes = front.compactMap { $0["parameters"] as? Int }
        #expect(sizes.count > 1 && zip(sizes, sizes.dropFirst()).allSatisfy { $0 > $1 })
        #expect(front[0]["rank"] as? Int == 1)
        #expect(sizes.last == rows.compactMap { $0["parameters"] as? Int }.min())
        try checkLatencies(of: scratch.file("run"), candidates: rows.count)
        let impossible = try Executable.run(
            ["search", Self.space] + Self.data + [
                "--proxy", "nwot", "--max-parameters", "10", "--candidates", "1", "--run", scratch.file("none"),
            ])
        #expect(impossible.status == 2)
        #expect(impossible.stderr.contains("found no architecture with at most 10 parameters; the nearest has"), "\(impossible.stderr)")
        #expect(impossible.stderr.hasSuffix("raise the limit\n"))
    }

    private func checkLatencies(of run: String, candidates: Int) throws {
        func rank(_ more: String...) throws -> [[String: Any]] {
            let result = try Executable.run(["rank", run, "--json"] + more)
            try #require(result.status == 0, "\(result.stderr)")
            return try #require(try object(result.stdout)["ranking"] as? [[String: Any]])
        }
        func latencies(_ rows: [[String: Any]]) -> [Double] { rows.compactMap { $0["latency_ms"] as? Double } }
        let single = try latencies(rank("--latency", "--top", "3"))
        #expect(single.count == 3 && single.allSatisfy { $0 > 0 })
        // A large batch needs more time than one image.
        #expect(try zip(single, latencies(rank("--latency", "--top", "3", "--batch", "500"))).allSatisfy { $0 < $1 })
        let front = try rank("--latency", "--pareto")
        #expect(front[0]["rank"] as? Int == 1)
        #expect(zip(latencies(front), latencies(front).dropFirst()).allSatisfy { $0 > $1 })
        #expect(try rank("--max-latency", "1e-6").isEmpty)
        #expect(try rank("--max-latency", "1e6").count == candidates)
        let output = try object(Executable.run(["rank", run, "--json", "--latency", "--top", "1", "--batch", "3"]).stdout)
        let conditions = try #require(output["latency"] as? [String: Any])
        #expect(conditions["batch"] as? Int == 3 && conditions["threads"] as? Int == 1 && conditions["machine"] is String)
        let table = try Executable.run(["rank", run, "--latency", "--top", "2", "--csv"])
        #expect(table.stdout.hasPrefix("rank,architecture,hash,score,accuracy,loss,steps,seconds,parameters,macs,memory,latency_ms\n1,"))
        #expect(
            try Executable.run(["rank", run, "--batch", "2"]).stderr
                == "error: --batch 2: only the measurement of latency has a batch size; add --latency\n")
    }

    @Test func theScoreCommandAgreesWithTheSearch() throws {
        let scratch = try Scratch()
        let run = scratch.file("run")
        let search = try Executable.run(small(run, ["--proxy", "curriculum", "--validate", "0", "--seed", "7"]))
        try #require(search.status == 0, "\(search.stderr)")
        let best = try #require((try object(search.stdout)["ranking"] as? [[String: Any]])?.first)
        let score = try Executable.run(
            ["score", Self.space] + Self.data
                + [
                    "--architecture", try #require(best["architecture"] as? String), "--teacher", "\(run)/teacher.safetensors", "--seed",
                    "7",
                    "--save-initial", scratch.file("initial.safetensors"), "--json",
                ])
        try #require(score.status == 0, "\(score.stderr)")
        let output = try object(score.stdout)
        for name in ["score", "accuracy", "loss"] { #expect(output[name] as? Double == best[name] as? Double) }
        #expect((output["step_losses"] as? [Double])?.count == 4)
        #expect(scratch.names.contains("initial.safetensors"))
    }
}
