import Basics
import ArgumentParser
import Datasets
import Export
import Foundation
import GTN
import Networks
import Tensors

/// The export of a trained network to a file, with its checks.
struct ModelExport {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case onnx, pytorch

        init(of path: String) { self = path.hasSuffix(".py") ? .pytorch : .onnx }
    }

    /// What was written.
    struct Written {
        let path: String
        let format: Format
        /// The file of the tensors, if PyTorch code does not use the model file.
        var tensors: String?
        /// The largest difference of logits between the trained network and the exported one, and the number of compared images.
        var difference = 0.0
        var images = 0
        var foldedNorms = 0
        /// The accuracies of the trained network and of the 8-bit one on the test part; nil for a float32 file.
        var accuracies: (float32: Double, int8: Double)?

        var fields: [String: Any] {
            var fields: [String: Any] = [
                "path": path, "format": format.rawValue, "max_abs_difference": difference, "images": images, "folded_norms": foldedNorms,
            ]
            fields["tensors"] = tensors
            if let accuracies { fields["int8"] = ["accuracy": accuracies.int8, "accuracy_float32": accuracies.float32] }
            return fields
        }

        func print() {
            Swift.print("written       \(path)\(tensors.map { ", with its tensors in \($0)" } ?? "")")
            if foldedNorms > 0 { Swift.print("folded        \(foldedNorms) norms into convolutions") }
            let most = String(format: "%.2g", difference)
            Swift.print("difference    at most \(most) in the logits of \(grouped(images)) test images")
            guard let accuracies else { return }
            Swift.print("int8          accuracy \(percent(accuracies.int8)), float32 \(percent(accuracies.float32))")
        }
    }

    /// Images of one batch.
    private static let chunk = 250
    /// The number of training images from which the ranges of activations are taken.
    private static let calibrationImages = 1_000

    let path: String
    let format: Format
    /// The path of the model file, whose tensors PyTorch code loads.
    let model: String

    /// - Parameter format: the format; nil to follow the ending of the path.
    /// - Throws: `InputRefusal` for a path that cannot be written to.
    init(to path: String, format: Format? = nil, model: String) throws {
        try OutputFile.check(path)
        (self.path, self.format, self.model) = (path, format ?? Format(of: path), model)
        guard self.format == .pytorch else { return }
        let name = name
        let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") } && !(name.first?.isNumber ?? true)
        guard isName, path.hasSuffix(".py") else {
            throw InputRefusal("\(path): not the name of a Python module; use letters, digits and _, and the ending .py, as in model.py")
        }
    }

    private var name: String { URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }

    /// Writes a network with float32 numbers.
    /// - Parameters:
    ///   - file: the trained network.
    ///   - foldsNorms: whether to fold batch norms into convolutions.
    ///   - dataset: the data set whose test part is compared; nil to compare the examples in the file.
    ///   - logits: receives the trained network's logits of the test part.
    func write(_ file: ModelFile, foldsNorms: Bool, dataset: Dataset?, logits: (Tensor) -> Void = { _ in }) throws -> Written {
        let trained = file.trainedNetwork()
        let original = InferenceModel(file, trained)
        let (exported, folded) = foldsNorms ? original.folded() : (original, 0)
        var written = Written(path: path, format: format, foldedNorms: folded)
        (written.difference, written.images) = compare(file, trained, exported.logits, dataset) { own, _ in logits(own) }
        switch format {
        case .onnx: try exported.onnx(name: file.recipe.space).write(to: URL(fileURLWithPath: path), options: .atomic)
        case .pytorch:
            var checkpoint = URL(fileURLWithPath: model).lastPathComponent
            if exported.isChanged {
                let tensors = path + ".safetensors"
                checkpoint = URL(fileURLWithPath: tensors).lastPathComponent
                try write(exported, file, to: tensors)
                written.tensors = tensors
            }
            try exported.pyTorch(name: name, checkpoint: checkpoint).write(toFile: path, atomically: true, encoding: .utf8)
        }
        return written
    }

    /// Writes a network with 8-bit numbers, and measures what they cost in accuracy on the test part.
    /// - Parameters:
    ///   - file: the trained network.
    ///   - dataset: the data set that the network was trained on.
    func writeQuantized(_ file: ModelFile, _ dataset: Dataset) throws -> Written {
        guard format == .onnx else { throw InputRefusal("\(path): PyTorch code has no 8-bit form; name a file that ends in .onnx") }
        let trained = file.trainedNetwork()
        let original = InferenceModel(file, trained)
        let rows = calibrationRows(file, dataset)
        let batches = stride(from: 0, to: rows.count, by: Self.chunk).map { start in
            dataset.train.images(at: rows[start..<min(start + Self.chunk, rows.count)], .none(file.recipe.image[0]))
        }
        var quantized = QuantizedModel(original, calibratedOn: batches)
        let network = quantized.prepared()
        var written = Written(path: path, format: format, foldedNorms: original.folded().count)
        let labels = dataset.test.labels(at: 0..<dataset.test.count).scalars(Int64.self)
        var (right, place) = ((float32: 0, int8: 0), 0)
        (written.difference, written.images) = compare(file, trained, network, dataset) { own, exported in
            func correct(_ logits: Tensor) -> Int { zip(logits.argmax(1).scalars(Int64.self), labels[place...]).count { $0 == $1 } }
            right = (right.float32 + correct(own), right.int8 + correct(exported))
            place += own.shape[0]
        }
        let images = Double(dataset.test.count)
        written.accuracies = (Double(right.float32) / images, Double(right.int8) / images)
        quantized.facts["test_accuracy_int8"] = "\(written.accuracies!.int8)"
        try quantized.onnx(name: file.recipe.space).write(to: URL(fileURLWithPath: path), options: .atomic)
        return written
    }

    /// The training images from which the ranges of activations are taken: spread evenly, so that all classes occur.
    private func calibrationRows(_ file: ModelFile, _ dataset: Dataset) -> [Int] {
        let count = min(Self.calibrationImages, dataset.train.count)
        return (0..<count).map { $0 * dataset.train.count / count }
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

    /// The largest difference of logits between the trained network and the exported one, and the number of compared images.
    /// - Parameter logits: receives both networks' logits of each batch of the test part.
    private func compare(
        _ file: ModelFile, _ trained: TrainedNetwork, _ exported: (Tensor) -> Tensor, _ dataset: Dataset?,
        _ logits: (_ own: Tensor, _ exported: Tensor) -> Void
    ) -> (difference: Double, images: Int) {
        guard let test = dataset?.test else {
            let images = file.examples.images.tensor().to(.float32) / 255
            let difference = exported(images) - file.examples.logits.tensor()
            return (difference.magnitude().max().item, images.shape[0])
        }
        let normalization = Normalization(mean: file.recipe.mean, standardDeviation: file.recipe.std)
        var greatest = 0.0
        for start in stride(from: 0, to: test.count, by: Self.chunk) {
            let rows = start..<min(start + Self.chunk, test.count)
            let own = trained.logits(test.images(at: rows, normalization))
            let other = exported(test.images(at: rows, .none(file.recipe.image[0])))
            logits(own, other)
            let difference = (other - own).magnitude().max().item
            // NaN must not pass for a small number.
            greatest = difference.isNaN ? .infinity : max(greatest, difference)
        }
        return (greatest, test.count)
    }
}

extension Normalization {
    /// Pixels in [0, 1], as exported networks take them.
    fileprivate static func none(_ channels: Int) -> Normalization {
        Normalization(mean: [Double](repeating: 0, count: channels), standardDeviation: [Double](repeating: 1, count: channels))
    }
}

extension InferenceModel {
    /// The network of a model file.
    init(_ file: ModelFile, _ trained: TrainedNetwork) {
        let recipe = file.recipe
        let (channels, height, width) = (recipe.image[0], recipe.image[1], recipe.image[2])
        var facts = [
            "space": recipe.space, "architecture": recipe.architecture, "architecture_hash": recipe.architectureHash,
            "data_set": recipe.dataset, "data_set_hash": recipe.datasetHash, "test_accuracy": "\(recipe.accuracy)",
            "parameters": "\(recipe.parameters)", "macs": "\(recipe.macs)",
            "settings": recipe.spaceSettings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " "),
            "image": "\(channels)x\(height)x\(width)",
            "preprocessing": """
            \(channels == 1 ? "gray" : "RGB"), center-cropped to \(width):\(height), resized to \(width) x \(height) pixels by area, \
            divided by 255; the network normalizes the result itself
            """,
        ]
        facts["limits"] = recipe.limits
        for (label, name) in recipe.classes.enumerated() { facts["class_\(label)"] = name }
        self.init(
            trained.network, parameters: trained.network.layout.pieces(of: trained.parameters), statistics: trained.statistics,
            mean: recipe.mean, standardDeviation: recipe.std, facts: facts)
    }
}
