import Foundation
import TestSupport
import Testing

/// `distill` and `poison`, with a few meta-steps.
@Suite(.slow) final class DistillTests {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")

    init() throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    private func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    private func object(_ arguments: [String]) throws -> [String: Any] {
        let result = try Executable.run(arguments + ["--json"])
        #expect(result.status == 0, "\(result.stderr)")
        #expect(result.stderr.isEmpty)
        return try #require(try JSONSerialization.jsonObject(with: Data(result.stdout.utf8)) as? [String: Any])
    }

    @Test func distillsForAFixedInitialization() throws {
        let output = try object([
            "distill", "--data", "fashion-mnist", "--initialization", "fixed", "--meta-steps", "5", "--no-baselines", "-o",
            path("d.safetensors"),
        ])
        #expect(output["command"] as? String == "distill")
        #expect(output["images"] as? Int == 10)
        #expect(output["network"] as? String == "lenet")
        let accuracy = try #require((output["accuracy"] as? [String: Double])?["mean"])
        #expect((0.05...1).contains(accuracy))
        // The output is a teacher file.
        let shown = try object(["teacher", "show", path("d.safetensors")])
        #expect(shown["steps"] as? Int == 1)
        #expect((shown["distillation"] as? [String: Any])?["initialization"] as? String == "fixed")
    }

    @Test func distillsForAnArchitectureOfASpace() throws {
        let output = try object([
            "distill", "--data", "fashion-mnist", "--network", "SearchSpaces/fashion.space", "--set", "channels=4", "--architecture",
            "conv3x3.skip,conv1x1.none,none,max3x3", "--images", "20", "--steps", "2", "--epochs", "2", "--networks", "2", "--meta-steps",
            "1",
            "--no-baselines", "-o", path("s.safetensors"),
        ])
        #expect((output["accuracy"] as? [String: Double])?["networks"] == 2)
        #expect(output["epochs"] as? Int == 2)
    }

    @Test func poisons() throws {
        let output = try object([
            "poison", "--data", "fashion-mnist", "--from", "Trouser", "--to", "8", "--images", "10", "--population", "2", "--held-out", "2",
            "--epochs", "1", "--training-images", "2000", "--meta-steps", "2", "-o", path("p.safetensors"),
        ])
        #expect(output["from"] as? String == "Trouser")
        #expect(output["to"] as? String == "Bag")
        for moment in ["before", "after", "after_ordinary"] {
            let facts = try #require(output[moment] as? [String: [String: Double]])
            #expect(Set(facts.keys) == ["accuracy", "class_accuracy", "sent_to_target", "other_classes_accuracy"])
            #expect(facts["accuracy"]?["low"] != nil)
        }
    }

    /// The poisoning is interrupted while networks train, and again while images are learned. Its file is byte-identical to an undisturbed
    /// run's.
    @Test func anInterruptedPoisoningResumes() throws {
        func arguments(_ name: String) -> [String] {
            [
                "poison", "--data", "fashion-mnist", "--from", "Trouser", "--to", "8", "--images", "10", "--population", "3", "--held-out",
                "2",
                "--epochs", "1", "--training-images", "3000", "--meta-steps", "40", "--workers", "1", "--threads", "1",
                "--checkpoint-every", "0s", "-o",
                path(name),
            ]
        }
        _ = try object(arguments("whole.safetensors"))
        let name = "interrupted.safetensors"
        let (interrupted, networks) = (path(name), path(name + ".networks"))
        _ = try Executable.run(arguments(name), killWhen: { FileManager.default.fileExists(atPath: networks) })
        #expect(FileManager.default.fileExists(atPath: networks))
        #expect(!FileManager.default.fileExists(atPath: interrupted + ".checkpoint"))
        let refused = try Executable.run(arguments(name))
        #expect(refused.status == 2)
        #expect(refused.stderr.contains("\(networks): an interrupted run left this checkpoint; add --resume to continue it"))
        _ = try Executable.run(
            arguments(name) + ["--resume"], killWhen: { FileManager.default.fileExists(atPath: interrupted + ".checkpoint") })
        #expect(FileManager.default.fileExists(atPath: interrupted + ".checkpoint"))
        _ = try object(arguments(name) + ["--resume"])
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: interrupted)) == Data(contentsOf: URL(fileURLWithPath: path("whole.safetensors"))))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() == [name, "whole.safetensors"])
    }

    /// A short budget shortens the baselines and evaluates fewer networks, so that time remains for the images.
    @Test func staysWithinAShortBudget() throws {
        let output = try object([
            "distill", "--data", "fashion-mnist", "--budget", "6s", "--networks", "200", "--coordinates", "pixels", "-o",
            path("b.safetensors"),
        ])
        #expect(try #require(output["elapsed_seconds"] as? Double) < 6 + loadAllowance)
        #expect(try #require(output["meta_steps"] as? Int) >= 0)
    }

    @Test(arguments: [
        (["distill", "--data", "fashion-mnist"], "distill needs a bound"),
        (["distill", "--data", "fashion-mnist", "--budget", "5m", "--images", "25", "--steps", "10"], "choose a multiple of 10"),
        (
            ["distill", "--data", "fashion-mnist", "--budget", "5m", "--network", "lenett"],
            "--network lenett: neither a known network (lenet, alexnet, convnet) nor a search space"
        ),
        (
            ["distill", "--data", "fashion-mnist", "--budget", "5m", "--network", "SearchSpaces/fashion.space"],
            "choose one of 'gtn-nas space sample SearchSpaces/fashion.space' with --architecture"
        ),
        (
            [
                "distill", "--data", "fashion-mnist", "--budget", "5m", "--images", "10", "--steps", "10", "--network",
                "SearchSpaces/fashion.space",
                "--architecture", "conv3x3.skip,conv1x1.none,none,max3x3",
            ], "at least two images in each step"
        ),
        (["distill", "--data", "fashion-mnist", "--budget", "5m", "--resume"], "leave --resume out to start"),
        (["poison", "--data", "fashion-mnist", "--budget", "5m", "--from", "Hat", "--to", "Bag"], "--from Hat: no such class"),
        (["poison", "--data", "fashion-mnist", "--budget", "5m", "--from", "8", "--to", "Bag"], "both are the same class; choose two"),
    ])
    func refusesWrongUse(arguments: [String], message: String) throws {
        let result = try Executable.run(arguments + ["-o", path("none.safetensors")])
        #expect(result.status == 2)
        #expect(result.stdout.isEmpty)
        #expect(result.stderr.contains(message), "\(result.stderr)")
        #expect(!FileManager.default.fileExists(atPath: path("none.safetensors")))
    }
}
