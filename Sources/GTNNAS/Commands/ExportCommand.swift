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
        abstract: "Makes an ONNX file or a PyTorch module of a trained network.",
        discussion: """
            Either takes images scaled to [0, 1] in batches of any size and returns logits; the normalization is inside. PyTorch code \
            reads the tensors from the trained network's own file; where norms are folded, or weights were normalized, from one that is \
            written beside the code.

            What is exported is computed once more by libtorch's operators, layer by layer, from the tensors that are written, and its \
            logits are compared with those of the compiled network that was judged: on the example images in the trained network's file, \
            or with --data on all of the test part. 'Scripts/check-export' runs the exported file itself.

            Examples:
              gtn-nas export model.safetensors -o model.onnx --fold-norm
              gtn-nas export model.safetensors -o model.py --format pytorch
              gtn-nas export model.safetensors -o model.onnx --data fashion-mnist --logits logits.safetensors
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case onnx, pytorch
    }

    @Argument(help: ArgumentHelp("The trained network, as 'gtn-nas train' wrote it.", valueName: "model.safetensors"))
    var model: String

    @Option(name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("The file to write.", valueName: "file"))
    var path: String

    @Option(help: "onnx or pytorch (default: pytorch for a file that ends in .py, else onnx).")
    var format: Format?

    @Flag(help: "Fold batch norms into the convolutions before them, where nothing else reads those.")
    var foldNorm = false

    @Option(help: ArgumentHelp("Compare on all test images of the data set that it was trained on.", valueName: "name[:dir]"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "Also write the logits of all test images, as this program computes them; needs --data.", valueName: "file.safetensors"))
    var logits: String?

    @Option(help: "Threads of one operation (default: one per core).")
    var threads: Int?

    @OptionGroup var output: OutputOptions

    /// Images of one pass.
    private static let chunk = 250

    func run() throws {
        try OutputFile.check(path)
        if let logits {
            try OutputFile.check(logits)
            guard data != nil else { throw InputRefusal("--logits needs --data: whose test images?") }
        }
        let format = format ?? (path.hasSuffix(".py") ? .pytorch : .onnx)
        let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        if format == .pytorch, !Self.isModuleName(name) || !path.hasSuffix(".py") {
            throw InputRefusal("\(path): Python imports a file by its name; use letters, digits and _ and end in .py, as in model.py")
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
            throw InputRefusal("\(tensorsPath): would be written over with other tensors; choose another name than \(path) for the code")
        }
        var tensors = exported.tensors.mapValues(TensorSnapshot.init)
        tensors["example.images"] = file.examples.images
        tensors["example.logits"] = file.examples.logits
        try SafetensorsFile(tensors: tensors, metadata: exported.facts).write(to: tensorsPath)
    }

    /// The greatest difference of logits between the network that was judged and what is exported, and on how many images.
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
                "--data \(data): \(model) was trained on \(file.recipe.dataset), whose content differs from this; name that one")
        }
        let test = dataset.test
        let normalization = Normalization(mean: file.recipe.mean, standardDeviation: file.recipe.std)
        let unchanged = Normalization(mean: file.recipe.mean.map { _ in 0 }, standardDeviation: file.recipe.std.map { _ in 1 })
        var (own, greatest): ([Tensor], Double) = ([], 0)
        for start in stride(from: 0, to: test.count, by: Self.chunk) {
            let rows = start..<min(start + Self.chunk, test.count)
            own.append(trained.logits(test.images(at: rows, normalization)))
            let difference = (exported.logits(test.images(at: rows, unchanged)) - own.last!).magnitude().max().item
            // A number that is none must not pass for a small one.
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
    /// What a file of a trained network holds.
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
