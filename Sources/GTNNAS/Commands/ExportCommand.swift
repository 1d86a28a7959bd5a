import Basics
import ArgumentParser
import Datasets
import Export
import Foundation
import GTN
import Networks
import SearchSpace
import Tensors

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes a trained network as ONNX or as PyTorch code.",
        discussion: """
            Both take batches of images scaled to [0, 1] and return logits; the normalization is part of the network. PyTorch code loads \
            its tensors from the model file, or from a second file if norms were folded or weights normalized.

            The exported tensors are checked: libtorch computes their logits layer by layer, and the largest difference to the compiled \
            network's logits is printed. The images are the examples in the model file, or with --data the whole test part. \
            'Scripts/check-export' also runs the exported file itself.

            Example:
              gtn-nas export best.safetensors -o best.onnx --fold-norm
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case onnx, pytorch
    }

    @Argument(help: ArgumentHelp("A model file of 'gtn-nas train'.", valueName: "model.safetensors")) var model: String

    @Option(name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("The file to write.", valueName: "file")) var path: String

    @Option(help: "onnx or pytorch (default: pytorch for a .py file, else onnx).") var format: Format?

    @Flag(help: "Fold batch norms into the convolutions before them.") var foldNorm = false

    @Option(help: ArgumentHelp("Check on all test images of the data set the network was trained on.", valueName: "name[:dir]"))
    var data: String?

    @Option(
        help: ArgumentHelp("Also write this program's logits of all test images; needs --data.", valueName: "file.safetensors"))
    var logits: String?

    @Option(help: ArgumentHelp("Threads of one operation (default: one per core).", valueName: "count")) var threads: Int?

    @OptionGroup var output: OutputOptions

    /// Images of one batch.
    private static let chunk = 250

    func run() throws {
        try OutputFile.check(path)
        if let logits {
            try OutputFile.check(logits)
            guard data != nil else { throw InputRefusal("--logits needs --data: name the data set with the test images") }
        }
        let format = format ?? (path.hasSuffix(".py") ? .pytorch : .onnx)
        let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        if format == .pytorch, !Self.isModuleName(name) || !path.hasSuffix(".py") {
            throw InputRefusal("\(path): not the name of a Python module; use letters, digits and _, and the ending .py, as in model.py")
        }
        Runtime.threads = try MachineOptions.perCore(threads, "threads")
        let file = try ModelFile(path: model)
        let trained = file.trainedNetwork()
        let original = InferenceModel(file, trained)
        let (exported, folded) = foldNorm ? original.folded() : (original, 0)
        let comparison = try comparison(file, trained, exported)

        let tensors = path + ".safetensors"
        switch format {
        case .onnx:
            try exported.onnx(name: file.recipe.space).write(to: URL(fileURLWithPath: path), options: .atomic)
        case .pytorch:
            var checkpoint = URL(fileURLWithPath: model).lastPathComponent
            if exported.isChanged {
                checkpoint = URL(fileURLWithPath: tensors).lastPathComponent
                try write(exported, file, to: tensors)
            }
            try exported.pyTorch(name: name, checkpoint: checkpoint).write(toFile: path, atomically: true, encoding: .utf8)
        }
        let written = format == .pytorch && exported.isChanged ? tensors : nil
        if output.json {
            var fields: [String: Any] = [
                "path": path, "format": format.rawValue, "max_abs_difference": comparison.difference, "images": comparison.images,
                "folded_norms": folded,
            ]
            if let written { fields["tensors"] = written }
            if let logits { fields["logits"] = logits }
            try Console.json("export", fields)
            return
        }
        print("written       \(path)\(written.map { ", with its tensors in \($0)" } ?? "")")
        if foldNorm { print("folded        \(folded) norms into convolutions") }
        print(
            """
            difference    at most \(String(format: "%.2g", comparison.difference)) in the logits of \(grouped(comparison.images)) test \
            images
            """)
    }

    private static func isModuleName(_ name: String) -> Bool {
        name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") } && !(name.first?.isNumber ?? true)
    }

    /// The tensors of an exported model, with the examples, for PyTorch code.
    private func write(_ exported: InferenceModel, _ file: ModelFile, to tensorsPath: String) throws {
        try OutputFile.check(tensorsPath)
        guard URL(fileURLWithPath: tensorsPath).standardizedFileURL != URL(fileURLWithPath: model).standardizedFileURL else {
            throw InputRefusal("\(tensorsPath): is the model file itself, and would be overwritten; choose another name than \(path)")
        }
        var tensors = exported.tensors.mapValues(TensorSnapshot.init)
        tensors["example.images"] = file.examples.images
        tensors["example.logits"] = file.examples.logits
        try SafetensorsFile(tensors: tensors, metadata: exported.facts).write(to: tensorsPath)
    }

    /// The largest difference of logits between the evaluated network and the exported one, and the number of compared images.
    private func comparison(_ file: ModelFile, _ trained: TrainedNetwork, _ exported: InferenceModel) throws -> (
        difference: Double, images: Int
    ) {
        guard let data else {
            let images = file.examples.images.tensor().to(.float32) / 255
            let difference = exported.logits(images) - file.examples.logits.tensor()
            return (difference.magnitude().max().item, images.shape[0])
        }
        let dataset = try Dataset.load(DatasetSpecification(parsing: data))
        guard dataset.hash == file.recipe.datasetHash else {
            throw InputRefusal(
                "--data \(data): \(model) was trained on \(file.recipe.dataset) with other content; name that data set")
        }
        let test = dataset.test
        let normalization = Normalization(mean: file.recipe.mean, standardDeviation: file.recipe.std)
        let unchanged = Normalization(mean: file.recipe.mean.map { _ in 0 }, standardDeviation: file.recipe.std.map { _ in 1 })
        var (own, greatest): ([Tensor], Double) = ([], 0)
        for start in stride(from: 0, to: test.count, by: Self.chunk) {
            let rows = start..<min(start + Self.chunk, test.count)
            own.append(trained.logits(test.images(at: rows, normalization)))
            let difference = (exported.logits(test.images(at: rows, unchanged)) - own.last!).magnitude().max().item
            // NaN must not pass for a small number.
            greatest = difference.isNaN ? .infinity : max(greatest, difference)
        }
        if let logits {
            try SafetensorsFile(
                tensors: [
                    "logits": TensorSnapshot(Tensor.concatenated(own)), "labels": TensorSnapshot(test.labels(at: 0..<test.count)),
                ], metadata: ["data_set": file.recipe.dataset, "data_set_hash": file.recipe.datasetHash]
            ).write(to: logits)
        }
        return (greatest, test.count)
    }
}

extension InferenceModel {
    /// The network of a model file.
    init(_ file: ModelFile, _ trained: TrainedNetwork) {
        let recipe = file.recipe
        var facts = [
            "space": recipe.space, "architecture": recipe.architecture, "architecture_hash": recipe.architectureHash,
            "data_set": recipe.dataset, "data_set_hash": recipe.datasetHash, "test_accuracy": "\(recipe.accuracy)",
        ]
        for (label, name) in recipe.classes.enumerated() { facts["class_\(label)"] = name }
        self.init(
            trained.network, parameters: trained.network.layout.pieces(of: trained.parameters), statistics: trained.statistics,
            mean: recipe.mean, standardDeviation: recipe.std, facts: facts)
    }
}
