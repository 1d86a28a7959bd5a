import Foundation
import Tensors
import TestSupport
import Testing

/// `teach` as users run it. One at a time: a budget is kept on a machine that is free.
@Suite(.slow, .serialized) final class TeachTests {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")

    init() throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    private func teach(_ more: [String]) throws -> (json: [String: Any], stderr: String) {
        let result = try Executable.run(
            [
                "teach", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "-o",
                directory.appendingPathComponent("t.safetensors").path,
                "--json",
            ] + more)
        try #require(result.status == 0, "\(result.stderr)")
        return (try object(result.stdout), result.stderr)
    }

    private func object(_ json: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    @Test func endsWithTheComparisonWithRealData() throws {
        let (told, _) = try teach(["--meta-steps", "1", "--steps", "2", "--batch", "20"])
        #expect(told["meta_steps"] as? Int == 1)
        #expect(told["learners"] as? Int == 24)
        func mean(_ name: String) throws -> Double { try #require((told[name] as? [String: Any])?["value"] as? Double) }
        #expect(try abs(mean("learner_accuracy") - mean("real_data_accuracy") - mean("advantage")) < 1e-9)
        #expect((told["real_data_grid"] as? [Any])?.count == 14)
        for (name, mean) in try [("learner_accuracies", mean("learner_accuracy")), ("real_data_accuracies", mean("real_data_accuracy"))] {
            let values = try #require(told[name] as? [Double])
            #expect(values.count == 24)
            #expect(abs(values.reduce(0, +) / 24 - mean) < 1e-9)
        }
    }

    /// What `teach` compared at its end, `teacher test` compares again: the same learners, the same figures.
    @Test func aFinishedTeacherIsTestedAlike() throws {
        let (told, _) = try teach(["--meta-steps", "1", "--steps", "2", "--batch", "20"])
        let result = try Executable.run([
            "teacher", "test", directory.appendingPathComponent("t.safetensors").path, "SearchSpaces/fashion.space", "--data",
            "fashion-mnist",
            "--learners", "24", "--json",
        ])
        try #require(result.status == 0, "\(result.stderr)")
        let tested = try #require(try JSONSerialization.jsonObject(with: Data(result.stdout.utf8)) as? [String: Any])
        #expect(tested["command"] as? String == "teacher test")
        for name in ["learner_accuracy", "real_data_accuracy", "advantage"] {
            #expect((tested[name] as? [String: Double]) == (told[name] as? [String: Double]))
        }
        #expect((tested["learner_accuracies"] as? [Double]) == (told["learner_accuracies"] as? [Double]))
    }

    /// Killed without warning and resumed, until it is done: the file is, byte for byte, that of a run that was left alone.
    @Test(arguments: [
        ["--meta-steps", "60", "--steps", "4"],
        // Noise drawn by place, a window drawn by learner, and a second moment: all of their states must come back.
        [
            "--kind", "generative", "--generator", "small", "--curriculum", "shuffled", "--optimizer", "adam", "--window", "2", "--steps",
            "3",
            "--meta-steps", "12", "--no-comparison",
        ],
    ]) func aKilledTeachingResumesExactly(_ more: [String]) throws {
        let options = more + ["--batch", "20", "--learners", "2"]
        _ = try teach(options)
        let (whole, killed) = (
            directory.appendingPathComponent("t.safetensors").path, directory.appendingPathComponent("k.safetensors").path
        )
        let command =
            ["teach", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "-o", killed, "--json", "--checkpoint-every", "0.05s"]
            + options
        let checkpoint = killed + ".checkpoint"
        let first = try Executable.run(command, killWhen: { FileManager.default.fileExists(atPath: checkpoint) })
        #expect(first.status == SIGKILL)
        #expect(!FileManager.default.fileExists(atPath: killed))
        let refused = try Executable.run(command)
        #expect(refused.status == 2)
        #expect(refused.stderr.contains("go on with it with --resume"))
        let resumed = try Executable.run(command + ["--resume"])
        #expect(resumed.status == 0, "\(resumed.stderr)")
        #expect(FileManager.default.contents(atPath: killed) == FileManager.default.contents(atPath: whole))
        #expect(!FileManager.default.fileExists(atPath: checkpoint))
    }

    @Test func theComparisonCanBeLeftOut() throws {
        let (told, _) = try teach([
            "--kind", "generative", "--generator", "small", "--meta-steps", "1", "--steps", "2", "--batch", "20", "--no-comparison",
        ])
        #expect(told["meta_steps"] as? Int == 1)
        #expect(told["learner_accuracy"] is NSNull)
    }

    /// A teacher made for ranking tells a search how it ranks.
    @Test func aPilotMakesATeacherThatRanks() throws {
        let pilot = directory.appendingPathComponent("pilot.csv")
        try Data(
            "architecture,accuracy\n\"conv3x3.conv3x3,conv3x3.conv3x3,conv3x3,max3x3\",88\n\"skip.avg3x3,none.skip,avg3x3,skip\",80\n".utf8
        ).write(to: pilot)
        let (told, _) = try teach([
            "--pilot", pilot.path, "--passes", "3", "--meta-steps", "1", "--steps", "2", "--batch", "20", "--learners", "4",
        ])
        #expect(told["steps"] as? Int == 6)
        let teacher = directory.appendingPathComponent("t.safetensors").path
        let search = try Executable.run([
            "search", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--teacher", teacher, "--candidates", "3", "--validate", "0",
            "--json",
            "--run", directory.appendingPathComponent("run").path,
        ])
        #expect(search.status == 0, "\(search.stderr)")
        let ranking = try #require(object(search.stdout)["ranking"] as? [[String: Any]])
        for row in ranking {
            #expect(row["steps"] as? Int == 6)
            // By the training loss of the last pass; how it does on real images is not measured.
            #expect((row["score"] as? Double).map { $0 < 0 } == true)
            #expect(!(row["accuracy"] is Double) && !(row["loss"] is Double))
        }
        // And goes on from there.
        let next = directory.appendingPathComponent("next.safetensors").path
        let again = try Executable.run([
            "teach", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--pilot", pilot.path, "--start", teacher, "--passes", "1",
            "--meta-steps", "1",
            "--learners", "4", "-o", next, "--json",
        ])
        #expect(again.status == 0, "\(again.stderr)")
        // From its images, not from all that its passes made of them.
        #expect(try object(again.stdout)["steps"] as? Int == 2)
        // A run's scores order architectures as well as accuracies do, and so does their sum with the number of parameters.
        let run = directory.appendingPathComponent("run").path
        let byScores = try Executable.run([
            "teach", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--pilot", run, "--beside-parameters", "--passes", "2",
            "--meta-steps", "1", "--steps", "2",
            "--batch", "20", "--learners", "3", "-o", directory.appendingPathComponent("scores.safetensors").path, "--json",
        ])
        #expect(byScores.status == 0, "\(byScores.stderr)")
        #expect(try object(byScores.stdout)["steps"] as? Int == 4)
        let shown = try Executable.run(["teacher", "show", directory.appendingPathComponent("scores.safetensors").path])
        #expect(
            shown.stdout.contains("as curriculum orders 3 architectures, together with the number of parameters (--proxy blend)"),
            "\(shown.stdout)")
        let byCurriculum = try Executable.run([
            "search", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--teacher",
            directory.appendingPathComponent("scores.safetensors").path,
            "--candidates", "1", "--validate", "0", "--run", directory.appendingPathComponent("run2").path,
        ])
        #expect(
            byCurriculum.stderr.contains("trained to rank together with the number of parameters; use --proxy blend"),
            "\(byCurriculum.stderr)")
        // Small images may learn it from large ones, those of other files may not.
        let small = try Executable.run([
            "teach", "SearchSpaces/fashion.space", "--data", "fashion-mnist@14x14", "--pilot", run, "--passes", "2", "--meta-steps", "1",
            "--steps", "2", "--batch", "20",
            "--learners", "3", "-o", directory.appendingPathComponent("small.safetensors").path,
        ])
        #expect(small.status == 0, "\(small.stderr)")
        try smallImagesScore(directory.appendingPathComponent("small.safetensors").path)
        let few = directory.appendingPathComponent("few")
        try FileManager.default.createDirectory(at: few, withIntermediateDirectories: true)
        try FewImages.write(to: few)
        let others = try Executable.run([
            "teach", "SearchSpaces/fashion.space", "--data", "mnist:\(few.path)", "--pilot", run, "--meta-steps", "1", "-o", next,
        ])
        #expect(others.status == 2 && others.stderr.contains("a run on fashion-mnist, not on mnist:\(few.path)"), "\(others.stderr)")
        let elsewhere = try Executable.run([
            "teach", "SearchSpaces/nas-bench-201.space", "--data", "fashion-mnist", "--pilot", run, "--meta-steps", "1", "-o", next,
        ])
        #expect(elsewhere.status == 2 && elsewhere.stderr.contains("a run on another space, not on nas-bench-201"), "\(elsewhere.stderr)")
        let tested = try Executable.run([
            "teacher", "test", next, "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--learners", "2", "--json",
        ])
        #expect(
            tested.status == 0 && tested.stderr == "\(next) was made to rank, not to teach: its learners need not do well on real images\n")
    }

    /// A teacher of small images that was made to rank scores candidates for large ones at its own size, and nothing else of it does.
    private func smallImagesScore(_ teacher: String) throws {
        func search(_ data: String, _ run: String, _ more: String...) throws -> (status: Int32, stdout: String, stderr: String) {
            try Executable.run(
                ["search", "SearchSpaces/fashion.space", "--data", data, "--teacher", teacher, "--candidates", "3", "--json", "--run"]
                    + [directory.appendingPathComponent(run).path] + more)
        }
        func rows(_ text: String) throws -> [String: [String: Any]] {
            let ranking = try #require(object(text)["ranking"] as? [[String: Any]])
            return Dictionary(uniqueKeysWithValues: ranking.map { ($0["architecture"] as! String, $0) })
        }
        let large = try search("fashion-mnist", "large-run", "--validate", "1", "--epochs", "1", "--images", "200")
        #expect(large.status == 0, "\(large.stderr)")
        let own = try search("fashion-mnist@14x14", "own-run", "--validate", "0")
        #expect(own.status == 0, "\(own.stderr)")
        let (byLarge, byOwn) = try (rows(large.stdout), rows(own.stdout))
        #expect(byLarge.count == 3 && Set(byLarge.keys) == Set(byOwn.keys))
        for (architecture, row) in byLarge {
            #expect(row["score"] as? Double == byOwn[architecture]?["score"] as? Double)
            // They cost what they cost where they will be used.
            #expect((row["macs"] as? Int)! > 2 * (byOwn[architecture]?["macs"] as? Int)!)
        }
        let validated = try #require(object(large.stdout)["validated"] as? [[String: Any]])
        #expect(validated.count == 1)
        let judged = try search("fashion-mnist", "judged-run", "--score-by", "loss")
        #expect(judged.status == 2)
        #expect(judged.stderr.contains("; use its recommended scoring, or resize the data set with @14x14"), "\(judged.stderr)")
        // Kept once, with advice: the same scores.
        let advised = directory.appendingPathComponent("advised.safetensors").path
        #expect(
            try Executable.run([
                "teacher", "advise", teacher, "--passes", "2", "--pass-rate", "0.2", "--score-by", "training-loss", "-o", advised,
            ]).status == 0)
        let kept = try SafetensorsFile(path: advised)
        #expect(kept.tensors["images"]?.shape == [2, 20, 1, 14, 14] && kept.metadata["steps"] == "2" && kept.metadata["replays"] == nil)
        #expect(kept.metadata["advice"]?.contains("\"replays\":4") == true)
        let twice = try search(
            "fashion-mnist", "twice-run", "--validate", "0", "--passes", "2", "--pass-rate", "0.2", "--score-by", "training-loss")
        let byAdvice = try Executable.run([
            "search", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--teacher", advised, "--candidates", "3", "--validate", "0",
            "--json", "--run",
            directory.appendingPathComponent("advised-run").path,
        ])
        #expect(twice.status == 0 && byAdvice.status == 0, "\(twice.stderr) \(byAdvice.stderr)")
        let (first, second) = try (rows(twice.stdout), rows(byAdvice.stdout))
        for (architecture, row) in first { #expect(row["score"] as? Double == second[architecture]?["score"] as? Double) }
    }

    @Test(arguments: [
        (["--kind", "real", "--no-comparison"], "what --kind real finds out"),
        (["--generator", "paper"], "only a generative teacher has a generator"),
        (["--linear-path"], "--linear-path: only a generative teacher has a generator"),
        (["--passes", "2"], "--passes: only a teacher made for ranking"),
        (["--start", "t"], "--start: only a teacher made for ranking"),
        (["--pilot", "none.csv", "--kind", "real"], "a teacher made for ranking is a distilled one"),
        (["--pilot", "none.csv"], "none.csv: cannot be read as text"),
        (["--beside-parameters"], "--beside-parameters: only a teacher made for ranking"),
        (["--pilot", "p", "--start", "t", "--batch", "20"], "--start: a teacher that goes on from another one has its steps and images"),
    ]) func refusesWhatHasNoMeaning(_ options: [String], _ words: String) throws {
        let result = try Executable.run(
            [
                "teach", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "-o",
                directory.appendingPathComponent("t.safetensors").path, "--meta-steps", "1",
            ]
                + options)
        #expect(result.status == 2)
        #expect(result.stderr.contains(words), "\(result.stderr)")
    }

    @Test func aTestNeedsTwoLearners() throws {
        let result = try Executable.run([
            "teacher", "test", "t.safetensors", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--learners", "1",
        ])
        #expect(result.status == 2)
        #expect(result.stderr.contains("--learners 1: expected a number from 2 to 10000"))
    }

    /// A comparison takes longer than this whole budget, wherever the test runs; the teacher must be there all the same, and in time.
    @Test func leavesTheComparisonOutRatherThanOverrunTheBudget() throws {
        let (told, _) = try teach(["--budget", "3s"])
        #expect(try #require(told["elapsed_seconds"] as? Double) < 3 + 5)
        #expect(told["advantage"] is NSNull)
        #expect(FileManager.default.fileExists(atPath: directory.appendingPathComponent("t.safetensors").path))
    }
}
