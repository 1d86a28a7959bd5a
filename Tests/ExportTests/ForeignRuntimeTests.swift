import Foundation
import Networks
import Tensors
import TestSupport
import Testing

@testable import Export

/// Runs exported files in onnxruntime and PyTorch, with the Python environment that `Scripts/test-tools` creates.
@Suite(.slow) struct ForeignRuntimeTests {
    private static let python = Fixtures.root + "/.build/test-tools/bin/python"
    private static let isInstalled = FileManager.default.fileExists(atPath: Fixtures.root + "/.build/test-tools/pytorch")

    /// For each checkpoint of a folder, prints its name and how far both programs' logits differ from the recorded ones, relative to the
    /// largest logit.
    private static let program = """
        import glob, importlib.util, sys
        import numpy, onnxruntime, torch
        from safetensors.numpy import load_file
        for path in glob.glob(sys.argv[1] + "/*.safetensors"):
            tensors, stem = load_file(path), path.removesuffix(".safetensors")
            images = tensors["example.images"].astype(numpy.float32) / numpy.float32(255)
            session = onnxruntime.InferenceSession(stem + ".onnx", providers=["CPUExecutionProvider"])
            specification = importlib.util.spec_from_file_location("network", stem + ".py")
            module = importlib.util.module_from_spec(specification)
            specification.loader.exec_module(module)
            with torch.no_grad():
                theirs = [session.run(["logits"], {"images": images})[0], module.load(path)(torch.from_numpy(images)).numpy()]
            largest = numpy.abs(tensors["example.logits"]).max()
            print(stem.split("/")[-1], *(numpy.abs(logits - tensors["example.logits"]).max() / largest for logits in theirs))
        """

    /// Every layer of the language, as trained and folded.
    @Test(.enabled(if: isInstalled, "needs Python with onnxruntime and PyTorch: Scripts/test-tools"), arguments: NormKind.allCases)
    func everyLayerRunsAlike(normKind: NormKind) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("export-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var written: Set<String> = []
        for (index, fixture) in Fixtures.layers.enumerated() {
            let network = try Fixtures.network(fixture.layers, normKind: normKind)
            let (model, logits) = Fixtures.model(network)
            let images = (Fixtures.images(6, network.graph.inputShape) * 255).to(.uint8)
            for (kind, model) in [("trained", model), ("folded", model.folded().model)] {
                let name = "\(kind)-\(index)"
                var tensors = model.tensors.mapValues(TensorSnapshot.init)
                tensors["example.images"] = TensorSnapshot(images)
                tensors["example.logits"] = TensorSnapshot(logits(images.to(.float32) / 255))
                let path = folder.appendingPathComponent(name).path
                try SafetensorsFile(tensors: tensors).write(to: path + ".safetensors")
                try model.onnx(name: name).write(to: URL(fileURLWithPath: path + ".onnx"))
                try Data(model.pyTorch(name: name, checkpoint: name).utf8).write(to: URL(fileURLWithPath: path + ".py"))
                written.insert(name)
            }
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.python)
        process.arguments = ["-c", Self.program, folder.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        for line in output.split(separator: "\n") {
            let words = line.split(separator: " ")
            written.remove(String(words[0]))
            let layers = Fixtures.layers[try #require(Int(words[0].split(separator: "-")[1]))].layers
            for difference in words.dropFirst() { #expect(try #require(Double(difference)) < 1e-4, "\(words[0]): \(layers)") }
        }
        #expect(written.isEmpty)
    }
}
