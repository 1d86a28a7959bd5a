import Foundation
import Tensors
import TestSupport
import Testing

/// Commands on handmade teacher files, which need no meta-training.
@Suite(.slow) final class TeacherTests {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")

    init() throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    private func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    /// A teacher of two steps of three images of 4×5 pixels. The labels of a step are 1, 0, 1; all pixels of image i of step t are 3t + i.
    private func file(channels: Int = 1) -> SafetensorsFile {
        let pixels = channels * 20
        let images = (0..<6 * pixels).map { Float($0 / pixels) }
        let labels = [[0, 1], [1, 0], [0, 1]].flatMap { $0 }.map(Float.init)
        let statistics = "[\(Array(repeating: "0.5", count: channels).joined(separator: ","))]"
        let scales = "[\(Array(repeating: "0.1", count: channels).joined(separator: ","))]"
        return SafetensorsFile(
            tensors: [
                "images": TensorSnapshot(Tensor(images, shape: [2, 3, channels, 4, 5])),
                "labels": TensorSnapshot(Tensor(labels + labels, shape: [2, 3, 2])),
                "learning_rate": TensorSnapshot(Tensor([0.25, 0.125] as [Float])),
                "momentum": TensorSnapshot(Tensor([0.5, 0.75] as [Float])),
                "calibration_indices": TensorSnapshot(Tensor((0..<1024).map(Int64.init))),
            ],
            metadata: [
                "kind": "\"distilled\"", "steps": "2", "batch": "3", "dataset": "\"fashion-mnist\"", "dataset_hash": "\"xxh64:0\"",
                "mean": statistics, "std": scales, "space": "\"fashion\"", "space_hash": "\"0\"", "space_settings": "{\"channels\":16}",
                "norm_kind": "\"batch\"", "optimizer": "\"sgd-momentum\"", "meta_steps": "7", "learners_per_meta_step": "2",
                "meta_learning_rate": "0.02", "seed": "0", "elapsed_seconds": "1.5", "versions": "{\"libtorch\":\"2.13.0\"}",
            ])
    }

    @Test func showsTheRecipe() throws {
        try file().write(to: path("t.safetensors"))
        let result = try Executable.run(["teacher", "show", path("t.safetensors"), "--json"])
        #expect(result.status == 0, "\(result.stderr)")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(result.stdout.utf8)) as? [String: Any])
        #expect(object["command"] as? String == "teacher show")
        #expect(object["kind"] as? String == "distilled")
        #expect(object["meta_steps"] as? Int == 7)
        #expect(object["space_settings"] as? [String: Int] == ["channels": 16])
        #expect(object["learning_rate"] as? [Double] == [0.25, 0.125])
        #expect(object["momentum"] as? [Double] == [0.5, 0.75])

        let human = try Executable.run(["teacher", "show", path("t.safetensors")])
        #expect(human.stdout.contains("2 steps of 3 images 1×4×5"))
        #expect(human.stdout.hasSuffix("   0  0.25000    0.5000\n   1  0.12500    0.7500\n"))
    }

    /// The mean of the learned rates is 0.1875. The cycle is sampled at the midpoints of four steps: one during the rise and three during
    /// the fall.
    @Test func writesSeveralPasses() throws {
        try file().write(to: path("t.safetensors"))
        let result = try Executable.run([
            "teacher", "passes", path("t.safetensors"), "--passes", "2", "-o", path("r.safetensors"), "--json",
        ])
        #expect(result.status == 0, "\(result.stderr)")
        let shown = try Executable.run(["teacher", "show", path("r.safetensors"), "--json"])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(shown.stdout.utf8)) as? [String: Any])
        #expect(object["steps"] as? Int == 4)
        #expect(object["replays"] as? Int == 2)
        let rates = try #require(object["learning_rate"] as? [Double])
        for (rate, share) in zip(rates, [0.625, 0.78125, 0.46875, 0.15625]) { #expect(abs(rate - 0.1875 * share) < 1e-7) }
        let refused = try Executable.run(["teacher", "passes", path("t.safetensors"), "--passes", "0", "-o", path("r.safetensors")])
        #expect(refused.status == 2)
    }

    /// Former spellings are accepted with the same meaning.
    @Test func acceptsFormerSpellings() throws {
        try file().write(to: path("t.safetensors"))
        func teacher(_ command: String, _ more: String...) throws -> Data {
            let output = path("\(UUID()).safetensors")
            let result = try Executable.run(["teacher", command, path("t.safetensors")] + more + ["-o", output])
            try #require(result.status == 0, "\(result.stderr)")
            return try Data(contentsOf: URL(fileURLWithPath: output))
        }
        #expect(try teacher("replay", "--epochs", "2") == teacher("passes", "--passes", "2"))
        #expect(
            try teacher("advise", "--replays", "4", "--replay-rate", "0.1", "--score-by", "area")
                == teacher("advise", "--passes", "4", "--pass-rate", "0.1", "--score-by", "area"))

        let former = ["--replays", "1", "--replay-rate", "0.1", "--teacher", "new", "--meta-steps", "0", "--candidates", "1"]
        for (command, words) in [
            (["search"] + former + ["--patience", "1s"], "error: --timeout 1s: a single training step may take longer"),
            (["search"] + former + ["--patience", "5s"], "error: --pass-rate 0.1: one pass over a curriculum uses its learned rates"),
            (["teach", "--meta-steps", "0", "--passes", "2", "-o", path("n.safetensors")], "error: --pilot-passes: only a teacher"),
            (["search", "--passes", "2"] + former, "error: --replays is the former spelling of --passes; give one of them"),
        ] {
            let result = try Executable.run(command + ["SearchSpaces/fashion.space", "--data", "fashion-mnist"])
            #expect(result.status == 2)
            #expect(result.stderr.hasPrefix(words), "\(result.stderr)")
        }
    }

    @Test(arguments: [1, 3]) func drawsTheImages(_ channels: Int) throws {
        try file(channels: channels).write(to: path("t.safetensors"))
        let result = try Executable.run(["teacher", "show", path("t.safetensors"), "--images", path("sheet.png")])
        #expect(result.status == 0, "\(result.stderr)")
        let png = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path("sheet.png"))))
        #expect(Array(png.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        // Three images of 10 pixels and four gaps of 2; two of 8 and three gaps; 8 bits, gray or RGB.
        #expect(Array(png[16..<26]) == [0, 0, 0, 38, 0, 0, 0, 22, 8, channels == 3 ? 2 : 0])
        #expect(Array(png.suffix(8)) == [0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
    }

    /// The sheet has two columns for each class, even if a step has fewer images of it.
    @Test func drawsAGivenNumberOfImagesPerClass() throws {
        try file().write(to: path("t.safetensors"))
        let classes = 2
        let result = try Executable.run(["teacher", "show", path("t.safetensors"), "--images", path("sheet.png"), "--per-class", "2"])
        #expect(result.status == 0, "\(result.stderr)")
        let png = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path("sheet.png"))))
        #expect(Array(png[16..<24]) == [0, 0, 0, UInt8(2 * classes * 12 + 2), 0, 0, 0, 22])
    }

    @Test func refusesOtherFiles() throws {
        try Data("nothing of the kind".utf8).write(to: URL(fileURLWithPath: path("text")))
        var incomplete = file()
        incomplete.tensors["momentum"] = nil
        try incomplete.write(to: path("incomplete"))
        var strange = file()
        strange.metadata["kind"] = "\"wise\""
        try strange.write(to: path("strange"))
        for (name, words) in [
            ("missing", "no such file"), ("text", "not a valid safetensors file"), ("incomplete", "it has no tensor 'momentum'"),
            ("strange", "metadata are incomplete"),
        ] {
            let result = try Executable.run(["teacher", "show", path(name), "--json"])
            #expect(result.status == 2)
            #expect(result.stdout.isEmpty)
            #expect(result.stderr.contains(words), "\(result.stderr)")
            #expect(result.stderr.contains("give the path of a teacher file"))
        }
    }

    @Test func refusesAnUnwritablePicture() throws {
        try file().write(to: path("t.safetensors"))
        let result = try Executable.run(["teacher", "show", path("t.safetensors"), "--images", "/nowhere/sheet.png"])
        #expect(result.status == 2)
        #expect(result.stderr.contains("there is no directory /nowhere"))
    }
}
