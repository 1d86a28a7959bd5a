import Foundation
import Tensors
import TestSupport
import Testing

/// `train` and `export` on a few images.
@Suite(.slow) final class TrainTests {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")
    private static let fashion = [
        "SearchSpaces/fashion.space", "--set", "channels=2", "--architecture", "conv3x3.skip,conv1x1.none,none,max3x3",
    ]

    init() throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try FewImages.write(to: directory)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    private func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    private func object(_ arguments: [String]) throws -> [String: Any] {
        let result = try Executable.run(arguments + ["--json"])
        #expect(result.status == 0, "\(result.stderr)")
        #expect(result.stderr.isEmpty)
        return try #require(try JSONSerialization.jsonObject(with: Data(result.stdout.utf8)) as? [String: Any])
    }

    private var data: [String] { ["--data", "mnist:\(directory.path)"] }

    @Test func trainsAndExportsInBothFormats() throws {
        let model = path("m.safetensors")
        let output = try object(["train"] + Self.fashion + data + ["--epochs", "2", "-o", model])
        #expect(output["command"] as? String == "train")
        #expect(output["checkpoint"] as? String == model)
        #expect(output["epochs"] as? Int == 2)
        #expect(output["images"] as? Int == 1_000)
        #expect(output["seconds"] as? Double != nil)
        #expect((output["curve"] as? [[String: Any]])?.count == 2)
        let accuracy = try #require(output["accuracy"] as? Double)
        #expect((0.05...1).contains(accuracy))
        let file = try SafetensorsFile(path: model)
        #expect(file.metadata["accuracy"] == "\(accuracy)")
        #expect(file.metadata["space_text"]?.contains("cell normal") == true)
        #expect(file.tensors["stem/conv.weight"]?.shape == [2, 1, 3, 3])
        #expect(file.tensors["stem/norm.variance"]?.shape == [2])

        let onnx = try object(["export", model, "-o", path("m.onnx")])
        #expect(onnx["path"] as? String == path("m.onnx"))
        #expect(onnx["images"] as? Int == 32)
        let difference = try #require(onnx["max_abs_difference"] as? Double)
        #expect(difference > 0 && difference < 1e-3)
        let folded = try object(["export", model, "-o", path("f.onnx"), "--fold-norm", "--logits", path("l.safetensors")] + data)
        #expect(folded["images"] as? Int == 300)
        #expect(try #require(folded["folded_norms"] as? Int) > 0)
        #expect(try #require(folded["max_abs_difference"] as? Double) < 1e-3)
        let (whole, small) = (FileManager.default.contents(atPath: path("m.onnx"))!, FileManager.default.contents(atPath: path("f.onnx"))!)
        #expect(whole.range(of: Data("BatchNormalization".utf8)) != nil)
        #expect(small.count < whole.count)
        // The logits reproduce the recorded accuracy.
        let logits = try SafetensorsFile(path: path("l.safetensors")).tensors
        let predicted = try #require(logits["logits"]).tensor().argmax(1).scalars(Int64.self)
        let labels = try #require(logits["labels"]).tensor().scalars(Int64.self)
        #expect(Double(zip(predicted, labels).filter { $0 == $1 }.count) / 300 == accuracy)

        let code = try object(["export", model, "-o", path("network.py")])
        #expect(code["format"] as? String == "pytorch")
        #expect(code["tensors"] == nil)
        #expect(try String(contentsOfFile: path("network.py"), encoding: .utf8).contains("class Network(nn.Module):"))
        let foldedCode = try object(["export", model, "-o", path("small.py"), "--fold-norm"])
        #expect(foldedCode["tensors"] as? String == path("small.py.safetensors"))
        #expect(try SafetensorsFile(path: path("small.py.safetensors")).tensors["stem/norm.variance"] == nil)
    }

    /// A training ends by SIGKILL and is resumed. Its file is byte-identical to an undisturbed one's, and the checkpoint is removed.
    @Test func anInterruptedTrainingResumes() throws {
        let arguments = ["train"] + Self.fashion + data + ["--epochs", "24", "--workers", "1", "--checkpoint-every", "0s"]
        #expect(try Executable.run(arguments + ["-o", path("whole.safetensors"), "--quiet"]).status == 0)
        let checkpoint = path("interrupted.safetensors.checkpoint")
        _ = try Executable.run(
            arguments + ["-o", path("interrupted.safetensors")], killWhen: { FileManager.default.fileExists(atPath: checkpoint) })
        #expect(FileManager.default.fileExists(atPath: checkpoint))
        let again = try Executable.run(arguments + ["-o", path("interrupted.safetensors")])
        #expect(again.status == 2)
        #expect(again.stderr.contains("\(checkpoint): an interrupted run left this checkpoint; add --resume to continue it"))
        let resumed = try Executable.run(arguments + ["-o", path("interrupted.safetensors"), "--resume", "--workers", "2"])
        #expect(resumed.status == 0, "\(resumed.stderr)")
        #expect(
            FileManager.default.contents(atPath: path("whole.safetensors"))
                == FileManager.default.contents(atPath: path("interrupted.safetensors")))
        #expect(!FileManager.default.fileExists(atPath: checkpoint))
    }

    @Test func ctrlCSaves() throws {
        let checkpoint = path("i.safetensors.checkpoint")
        let result = try Executable.run(
            ["train"] + Self.fashion + data + ["--epochs", "10000", "--checkpoint-every", "0s", "-o", path("i.safetensors")],
            interruptWhen: { FileManager.default.fileExists(atPath: checkpoint) })
        #expect(result.status == 130, "\(result.stderr)")
        #expect(result.stderr.contains("the checkpoint is \(checkpoint). To continue, repeat the command with --resume"))
        #expect(FileManager.default.fileExists(atPath: checkpoint))
        #expect(!FileManager.default.fileExists(atPath: path("i.safetensors")))
    }

    /// A ranked architecture, in the space of the run, which includes another file.
    @Test func trainsACandidateOfARun() throws {
        let run = path("run")
        let searched = try Executable.run(
            [
                "search", "SearchSpaces/enas-micro.space", "--set", "channels=2", "--set", "cells=1", "--proxy", "parameters",
                "--candidates", "3", "--validate", "0", "--run", run,
            ] + data)
        try #require(searched.status == 0, "\(searched.stderr)")
        let ranking = try object(["rank", run])["ranking"] as? [[String: Any]]
        let output = try object(["train", "--run", run, "--rank", "3", "--epochs", "1", "-o", path("r.safetensors")])
        #expect(output["architecture"] as? String == ranking?[2]["architecture"] as? String)
        #expect(output["hash"] as? String == ranking?[2]["hash"] as? String)
        #expect(try SafetensorsFile(path: path("r.safetensors")).metadata["space_settings"] == #"{"cells":1,"channels":2}"#)
        let wider = try object(["train", "--run", run, "--rank", "3", "--set", "channels=4", "--epochs", "1", "-o", path("w.safetensors")])
        #expect(wider["hash"] as? String == output["hash"] as? String)
        #expect(try SafetensorsFile(path: path("w.safetensors")).metadata["space_settings"] == #"{"cells":1,"channels":4}"#)
        let refused = try Executable.run(["train", "--run", run, "--rank", "4", "-o", path("n.safetensors")])
        #expect(refused.status == 2)
        #expect(refused.stderr.contains("has ranked 3 architectures"))
    }

    @Test(arguments: [
        (["train", "--data", "fashion-mnist"], "train needs an architecture"),
        (["train", "SearchSpaces/fashion.space", "--data", "fashion-mnist"], "--architecture is missing"),
        (["train"] + fashion, "--data is missing"),
        (["train"] + fashion + ["--data", "fashion-mnist", "--rank", "1"], "--rank belongs to --run RUN"),
        (["train"] + fashion + ["--run", "x"], "FILE and --run exclude each other"),
        (["train", "--run", "nowhere", "--rank", "1"], "is not a run directory"),
        (["train", "--run", "nowhere", "--rank", "0"], "--rank 0: expected a number from 1"),
        (["train"] + fashion + ["--data", "fashion-mnist", "--epochs", "0"], "--epochs 0: expected a number from 1"),
        (["train"] + fashion + ["--data", "fashion-mnist", "--budget", "0s"], "--budget 0s: expected a positive time"),
        (["train"] + fashion + ["--data", "fashion-mnist", "--budget", "0.1s"], "a budget of 0.1 s is too short"),
        (["train"] + fashion + ["--data", "fashion-mnist", "--batch", "1"], "--batch 1: expected a number from 2"),
        (
            ["train"] + fashion + ["--data", "fashion-mnist", "--label-smoothing", "1"],
            "expected a number from 0 up to, but not including, 1"
        ),
        (["train"] + fashion + ["--data", "fashion-mnist", "--resume"], "leave --resume out to start"),
        (["export", "README.md"], "not a valid safetensors file"),
        (["export", "nowhere.safetensors"], "nowhere.safetensors: no such file; give the path of a trained network, or train one"),
        (["export", "nowhere.safetensors", "--logits", "/tmp/l"], "--logits needs --data"),
        (["export", "nowhere.safetensors", "--int8"], "--int8 needs --data: activation ranges are measured on training images"),
        (["export", "nowhere.safetensors", "--format", "pytorch"], "none.safetensors: not the name of a Python module"),
    ])
    func refusesWrongUseInOneLine(arguments: [String], message: String) throws {
        let result = try Executable.run(arguments + ["-o", path("none.safetensors")])
        #expect(result.status == 2)
        #expect(result.stdout.isEmpty)
        #expect(result.stderr.contains(message), "\(result.stderr)")
        #expect(result.stderr.split(separator: "\n").count == 1)
        #expect(!FileManager.default.fileExists(atPath: path("none.safetensors")))
    }

    /// From images to an 8-bit network in one command. Another process reads the file and finds the accuracy that the command printed.
    @Test(.enabled(if: PythonTools.python != nil, PythonTools.isMissing)) func aSearchMakesAnInt8Model() throws {
        let search =
            ["search", "fashion"] + data + [
                "--proxy", "nwot", "--candidates", "3", "--validate", "0", "--max-memory", "12k", "--fit", "channels", "--run", path("run"),
                "--train-best", "8s", "--int8", "-o", path("m.onnx"),
            ]
        let output = try object(search + ["--quiet"])
        let (model, first) = try (#require(output["model"] as? [String: Any]), #require((output["ranking"] as? [[String: Any]])?.first))
        #expect(model["architecture"] as? String == first["architecture"] as? String)
        #expect(model["macs"] as? Int == first["macs"] as? Int && model["hash"] as? String == first["hash"] as? String)
        #expect(first["memory"] as? Int ?? .max <= 12_000)
        #expect(
            (model["settings"] as? [String: Int]) != nil
                && (model["settings"] as? [String: Int])?["channels"] == (first["settings"] as? [String: Int])?["channels"])
        let int8 = try #require((model["export"] as? [String: Any])?["int8"] as? [String: Double])
        #expect(int8["accuracy_float32"] == model["accuracy"] as? Double)
        let found = try PythonTools.run(
            """
            import sys, numpy, onnxruntime
            images = numpy.frombuffer(open(sys.argv[2] + "/t10k-images-idx3-ubyte", "rb").read()[16:], numpy.uint8).reshape(-1, 1, 28, 28)
            labels = numpy.frombuffer(open(sys.argv[2] + "/t10k-labels-idx1-ubyte", "rb").read()[8:], numpy.uint8)
            session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
            facts = session.get_modelmeta().custom_metadata_map
            logits = session.run(["logits"], {"images": images.astype(numpy.float32) / numpy.float32(255)})[0]
            print((logits.argmax(1) == labels).mean(), facts["limits"], facts["image"], facts["test_accuracy_int8"], sep="|")
            """, [path("m.onnx"), directory.path]
        ).split(separator: "|").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        #expect(found[1] == "at most 12,000 bytes of int8 activations" && found[2] == "1x28x28")
        #expect(abs(try #require(Double(found[3])) - int8["accuracy"]!) < 1e-9)
        // Sums are rounded in another order there.
        #expect(abs(try #require(Double(found[0])) - int8["accuracy"]!) <= 0.01)
        // The trained network is kept.
        let kept = try Data(contentsOf: URL(fileURLWithPath: path("m.onnx")))
        let again = try Executable.run(search + ["--resume"])
        #expect(again.status == 0 && again.stderr.contains("already trained for 8s; delete it to train again"), "\(again.stderr)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: path("m.onnx"))) == kept)
    }

    @Test func aSearchWithoutTrainingWritesNoModel() throws {
        for (arguments, problem) in [
            (["-o", path("m.onnx")], "a search writes a network only with --train-best; add it, as in --train-best 10m"),
            (["--train-best", "1m", "--int8", "-o", path("m.py")], "an int8 network needs a file that ends in .onnx"),
            (["--train-best", "1m", "-o", path("none/m.onnx")], "create it first"),
            (["--train-best", "1m", "--fit", "depth", "--max-macs", "1M"], "--fit depth: the space fashion has no such setting"),
            (["--int8"], "--int8 concerns --max-memory and -o, and neither is given"),
        ] {
            let result = try Executable.run(["search", "fashion"] + data + ["--candidates", "1", "--run", path("none-run")] + arguments)
            #expect(result.status == 2 && result.stderr.contains(problem), "\(result.stderr)")
            #expect(!FileManager.default.fileExists(atPath: path("none-run")))
        }
    }

    @Test func refusesToExportForOtherData() throws {
        let model = path("m.py.safetensors")
        #expect(try Executable.run(["train"] + Self.fashion + data + ["--epochs", "1", "-o", model]).status == 0)
        let result = try Executable.run(["export", model, "-o", path("m.onnx"), "--data", "fashion-mnist"])
        #expect(result.status == 2)
        #expect(result.stderr.contains("was trained on mnist with other content; name that data set"))
        // The folded tensors would overwrite the model.
        let overwriting = try Executable.run(["export", model, "-o", path("m.py"), "--fold-norm"])
        #expect(overwriting.status == 2)
        #expect(overwriting.stderr.contains("choose another name"))
    }
}
