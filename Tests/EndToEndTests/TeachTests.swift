import Foundation
import Tensors
import TestSupport
import Testing

/// `teach` and `teacher test`. Serialized, because budgets hold only on an idle machine.
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

    @Test func comparesWithRealDataAtTheEnd() throws {
        let (output, _) = try teach(["--meta-steps", "1", "--steps", "2", "--batch", "20"])
        #expect(output["meta_steps"] as? Int == 1)
        #expect(output["learners"] as? Int == 24)
        func mean(_ name: String) throws -> Double { try #require((output[name] as? [String: Any])?["value"] as? Double) }
        #expect(try abs(mean("learner_accuracy") - mean("real_data_accuracy") - mean("advantage")) < 1e-9)
        #expect((output["real_data_grid"] as? [Any])?.count == 14)
        for (name, mean) in try [("learner_accuracies", mean("learner_accuracy")), ("real_data_accuracies", mean("real_data_accuracy"))] {
            let values = try #require(output[name] as? [Double])
            #expect(values.count == 24)
            #expect(abs(values.reduce(0, +) / 24 - mean) < 1e-9)
        }
    }

    /// `teacher test` repeats the final comparison of `teach`, with the same learners and the same accuracies.
    @Test func teacherTestRepeatsTheComparison() throws {
        let (output, _) = try teach(["--meta-steps", "1", "--steps", "2", "--batch", "20"])
        let result = try Executable.run([
            "teacher", "test", directory.appendingPathComponent("t.safetensors").path, "SearchSpaces/fashion.space", "--data",
            "fashion-mnist",
            "--learners", "24", "--json",
        ])
        try #require(result.status == 0, "\(result.stderr)")
        let tested = try #require(try JSONSerialization.jsonObject(with: Data(result.stdout.utf8)) as? [String: Any])
        #expect(tested["command"] as? String == "teacher test")
        for name in ["learner_accuracy", "real_data_accuracy", "advantage"] {
            #expect((tested[name] as? [String: Double]) == (output[name] as? [String: Double]))
        }
        #expect((tested["learner_accuracies"] as? [Double]) == (output["learner_accuracies"] as? [Double]))
    }

    /// A run ends by SIGKILL and is resumed. Its file is byte-identical to an undisturbed run's.
    @Test(arguments: [
        ["--meta-steps", "60", "--steps", "4"],
        // The states of the noise, the random window and the second moment must be restored.
        [
            "--kind", "generative", "--generator", "small", "--curriculum", "shuffled", "--optimizer", "adam", "--window", "2", "--steps",
            "3",
            "--meta-steps", "12", "--no-comparison",
        ],
    ]) func anInterruptedMetaTrainingResumesExactly(_ more: [String]) throws {
        let options = more + ["--batch", "20", "--learners", "2"]
        _ = try teach(options)
        let (whole, interrupted) = (
            directory.appendingPathComponent("t.safetensors").path, directory.appendingPathComponent("k.safetensors").path
        )
        let command =
            ["teach", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "-o", interrupted, "--json", "--checkpoint-every", "0.05s"]
            + options
        let checkpoint = interrupted + ".checkpoint"
        let first = try Executable.run(command, killWhen: { FileManager.default.fileExists(atPath: checkpoint) })
        #expect(first.status == SIGKILL)
        #expect(!FileManager.default.fileExists(atPath: interrupted))
        let refused = try Executable.run(command)
        #expect(refused.status == 2)
        #expect(refused.stderr.contains("\(checkpoint): an interrupted run left this checkpoint; add --resume to continue it"))
        let resumed = try Executable.run(command + ["--resume"])
        #expect(resumed.status == 0, "\(resumed.stderr)")
        #expect(FileManager.default.contents(atPath: interrupted) == FileManager.default.contents(atPath: whole))
        #expect(!FileManager.default.fileExists(atPath: checkpoint))
    }

    @Test func theComparisonIsOptional() throws {
        let (output, _) = try teach([
            "--kind", "generative", "--generator", "small", "--meta-steps", "1", "--steps", "2", "--batch", "20", "--no-comparison",
        ])
        #expect(output["meta_steps"] as? Int == 1)
        #expect(output["learner_accuracy"] is NSNull)
    }

    /// A search uses the scoring that a ranking teacher recommends.
    @Test func aPilotMakesATeacherThatRanks() throws {
        let pilot = directory.appendingPathComponent("pilot.csv")
        try Data(
            "architecture,accuracy\n\"conv3x3.conv3x3,conv3x3.conv3x3,conv3x3,max3x3\",88\n\"skip.avg3x3,none.skip,avg3x3,skip\",80\n".utf8
        ).write(to: pilot)
        let (output, _) = try teach([
            "--pilot", pilot.path, "--pilot-passes", "3", "--meta-steps", "1", "--steps", "2", "--batch", "20", "--learners", "4",
        ])
        #expect(output["steps"] as? Int == 6)
        let teacher = directory.appendingPathComponent("t.safetensors").path
        let search = try Executable.run([
            "search", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--proxy", "curriculum", "--teacher", teacher,
            "--candidates", "3",
            "--validate", "0", "--json",
            "--run", directory.appendingPathComponent("run").path,
        ])
        #expect(search.status == 0, "\(search.stderr)")
        let ranking = try #require(object(search.stdout)["ranking"] as? [[String: Any]])
        for row in ranking {
            #expect(row["steps"] as? Int == 6)
            // The score is the training loss of the last pass. Nothing is evaluated on real images.
            #expect((row["score"] as? Double).map { $0 < 0 } == true)
            #expect(!(row["accuracy"] is Double) && !(row["loss"] is Double))
        }
        // A teacher can start from another one.
        let next = directory.appendingPathComponent("next.safetensors").path
        let again = try Executable.run([
            "teach", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--pilot", pilot.path, "--start", teacher,
            "--pilot-passes", "1", "--meta-steps", "1", "--learners", "4", "-o", next, "--json",
        ])
        #expect(again.status == 0, "\(again.stderr)")
        // It starts from the images of one pass, not of all passes.
        #expect(try object(again.stdout)["steps"] as? Int == 2)
        // The order can also come from a run's scores, or from their sum with the number of parameters.
        let run = directory.appendingPathComponent("run").path
        let byScores = try Executable.run([
            "teach", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--pilot", run, "--beside-parameters", "--pilot-passes", "2",
            "--meta-steps", "1", "--steps", "2",
            "--batch", "20", "--learners", "3", "-o", directory.appendingPathComponent("scores.safetensors").path, "--json",
        ])
        #expect(byScores.status == 0, "\(byScores.stderr)")
        #expect(try object(byScores.stdout)["steps"] as? Int == 4)
        let shown = try Executable.run(["teacher", "show", directory.appendingPathComponent("scores.safetensors").path])
        #expect(
            shown.stdout.contains("3 architectures, by curriculum, together with the number of parameters (for --proxy blend)"),
            "\(shown.stdout)")
        let byCurriculum = try Executable.run([
            "search", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--proxy", "curriculum", "--teacher",
            directory.appendingPathComponent("scores.safetensors").path,
            "--candidates", "1", "--validate", "0", "--run", directory.appendingPathComponent("run2").path,
        ])
        #expect(
            byCurriculum.stderr.contains("trained to rank together with the number of parameters; use --proxy blend"),
            "\(byCurriculum.stderr)")
        // Small images may learn the order of large ones of the same data set, but not of another data set.
        let small = try Executable.run([
            "teach", "SearchSpaces/fashion.space", "--data", "fashion-mnist@14x14", "--pilot", run,
            "--pilot-passes", "2", "--meta-steps", "1", "--steps", "2", "--batch", "20", "--learners", "3", "-o",
            directory.appendingPathComponent("small.safetensors").path,
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
            tested.status == 0 && tested.stderr == "\(next) was made to rank, not to teach: its learners may do badly on real images\n")
    }

    /// A ranking teacher for small images scores candidates for large ones at its own image size. Scores that evaluate on real images are
    /// refused.
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
            // Costs are computed at the image size of the data.
            #expect((row["macs"] as? Int)! > 2 * (byOwn[architecture]?["macs"] as? Int)!)
        }
        let validated = try #require(object(large.stdout)["validated"] as? [[String: Any]])
        #expect(validated.count == 1)
        let evaluated = try search("fashion-mnist", "evaluated-run", "--score-by", "loss")
        // Candidates are evaluated on real images of the teacher's size.
        #expect(evaluated.status == 0, "\(evaluated.stderr)")
        // One pass of images and a recommendation give the same scores.
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
        (["--kind", "real", "--no-comparison"], "--no-comparison: --kind real takes its learning rate and momentum from the comparison"),
        (["--generator", "paper"], "--generator paper: only a generative teacher has a generator"),
        (["--linear-path"], "--linear-path: only a generative teacher has a generator"),
        (["--pilot-passes", "2"], "--pilot-passes: only a teacher made to rank"),
        (["--start", "t"], "--start: only a teacher made to rank"),
        (["--pilot", "none.csv", "--kind", "real"], "--pilot: a teacher made to rank must be distilled"),
        (["--pilot", "none.csv"], "none.csv: cannot be read as text"),
        (["--beside-parameters"], "--beside-parameters: only a teacher made to rank"),
        (["--pilot", "p", "--start", "t", "--batch", "20"], "--start: the new teacher has the steps and the batch of the one"),
    ]) func refusesContradictoryOptions(_ options: [String], _ words: String) throws {
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

    /// A comparison needs more time than this budget on any machine, but the teacher must still be finished in time.
    @Test func skipsTheComparisonRatherThanOverrunTheBudget() throws {
        let (output, _) = try teach(["--budget", "3s"])
        #expect(try #require(output["elapsed_seconds"] as? Double) < 3 + loadAllowance)
        #expect(output["advantage"] is NSNull)
        #expect(FileManager.default.fileExists(atPath: directory.appendingPathComponent("t.safetensors").path))
    }
}
