import Basics
import ArgumentParser
import Datasets
import GTN
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

    @Argument(help: ArgumentHelp("A model file of 'gtn-nas train'.", valueName: "model.safetensors")) var model: String

    @Option(name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("The file to write.", valueName: "file")) var path: String

    @Option(help: "onnx or pytorch (default: pytorch for a .py file, else onnx).") var format: ModelExport.Format?

    @Flag(help: "Fold batch norms into the convolutions before them.") var foldNorm = false

    @Flag(
        help: """
            Write 8-bit weights and activations for integer arithmetic, and print what they cost in accuracy; needs --data, and folds norms.
            """)
    var int8 = false

    @Option(help: ArgumentHelp("Check on all test images of the data set the network was trained on.", valueName: "name[:dir]"))
    var data: String?

    @Option(
        help: ArgumentHelp("Also write this program's logits of all test images; needs --data.", valueName: "file.safetensors"))
    var logits: String?

    @Option(help: ArgumentHelp("Threads of one operation (default: one per core).", valueName: "count")) var threads: Int?

    @OptionGroup var output: OutputOptions

    func run() throws {
        if let logits {
            try OutputFile.check(logits)
            guard data != nil else { throw InputRefusal("--logits needs --data: name the data set with the test images") }
        }
        guard !int8 || data != nil else {
            throw InputRefusal("--int8 needs --data: activation ranges are measured on training images; name the network's data set")
        }
        if int8, logits != nil { throw InputRefusal("--int8 and --logits exclude each other: --logits writes float32 logits") }
        let export = try ModelExport(to: path, format: format, model: model)
        Runtime.threads = try MachineOptions.perCore(threads, "threads")
        let file = try ModelFile(path: model)
        let dataset = try data.map { try self.dataset($0, of: file) }
        if int8 {
            try print(try export.writeQuantized(file, dataset!))
            return
        }
        var all: [Tensor] = []
        let written = try export.write(file, foldsNorms: foldNorm, dataset: dataset) { if logits != nil { all.append($0) } }
        if let logits, let test = dataset?.test {
            try SafetensorsFile(
                tensors: [
                    "logits": TensorSnapshot(Tensor.concatenated(all)), "labels": TensorSnapshot(test.labels(at: 0..<test.count)),
                ], metadata: ["data_set": file.recipe.dataset, "data_set_hash": file.recipe.datasetHash]
            ).write(to: logits)
        }
        try print(written)
    }

    private func print(_ written: ModelExport.Written) throws {
        guard output.json else { return written.print() }
        var fields = written.fields
        if let logits { fields["logits"] = logits }
        try Console.json("export", fields)
    }

    private func dataset(_ name: String, of file: ModelFile) throws -> Dataset {
        let dataset = try Dataset.load(DatasetSpecification(parsing: name))
        guard dataset.hash == file.recipe.datasetHash else {
            throw InputRefusal(
                "--data \(name): \(model) was trained on \(file.recipe.dataset) with other content; name that data set")
        }
        return dataset
    }
}
