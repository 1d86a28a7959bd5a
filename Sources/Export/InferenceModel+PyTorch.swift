import Foundation
import Networks
import SearchSpace

extension InferenceModel {
    /// Returns the model as a standalone Python module. It defines `class Network(torch.nn.Module)` and `load(checkpoint)`, which reads the
    /// tensors from a safetensors file with the names of `tensors`.
    ///
    /// - Parameters:
    ///   - name: the file's name, for the module's docstring.
    ///   - checkpoint: the name of the file with the tensors, for the docstring.
    public func pyTorch(name: String, checkpoint: String) -> String {
        var writer = PyTorchWriter(self)
        return writer.written(name: name, checkpoint: checkpoint)
    }
}

/// Writes the layers of a model as PyTorch code. Values that are read once are inlined as long as lines stay short.
struct PyTorchWriter {
    /// A value as Python code.
    struct Expression {
        var text: String
        /// Whether the value is [n, c] instead of [n, c, h, w].
        var isVector = false
        /// Whether a method can be called on the text without parentheses.
        var isAtom = true

        var isName: Bool { text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } }
        var atom: String { isAtom ? text : "(\(text))" }
        var map: String { isVector ? "\(atom)[:, :, None, None]" : text }
        var vector: String { isVector ? text : "\(atom).flatten(1)" }
        /// The map's text as an operand of `*`.
        var mapFactor: String { isVector ? map : atom }
    }

    private static let longestInlined = 70

    let model: InferenceModel
    let readers: [Int]
    private var attributes = PythonIdentifiers()
    private var variables = PythonIdentifiers()
    private(set) var expressions: [Expression] = []
    private var layers: [(attribute: String, name: String, code: String)] = []
    /// Attributes of convolutions that add a bias, and the name of the bias layer.
    var biases: [(attribute: String, name: String)] = []
    var merged: Set<Int> = []
    private var lines: [String] = []

    init(_ model: InferenceModel) {
        self.model = model
        readers = model.readers
    }

    mutating func written(name: String, checkpoint: String) -> String {
        for (index, node) in model.graph.nodes.enumerated() {
            var expression = node.pyTorch(index, &self)
            if !expression.isName, readers[index] > 1 || index != model.graph.output && expression.text.count > Self.longestInlined {
                let variable = variables.unique(node.name)
                lines.append("\(variable) = \(expression.text)  # \(node.output)")
                expression = Expression(text: variable, isVector: expression.isVector)
            }
            expressions.append(expression)
        }
        lines.append("return \(expressions[model.graph.output].vector)")
        return code(name: name, checkpoint: checkpoint)
    }

    /// Declares a layer with tensors; returns the name of its attribute.
    mutating func layer(_ node: LayerGraph.Node, _ code: String) -> String {
        let attribute = attributes.unique(node.name)
        layers.append((attribute, node.name, code))
        return attribute
    }

    // MARK: Code

    private func code(name: String, checkpoint: String) -> String {
        let shape = model.graph.inputShape
        let size = "\(shape.channels), \(shape.height), \(shape.width)"
        let facts = model.facts.sorted { $0.key < $1.key }.map { "    \(Self.quoted($0.key)): \(Self.quoted($0.value))," }
        let perChannel = ".reshape(1, -1, 1, 1), persistent=False)"
        var text = """
            \"""A convolutional network, exported by gtn-nas. It requires only torch and safetensors.

                from \(name) import load
                network = load("\(checkpoint)")
                logits = network(images)  # [n, \(size)], scaled to [0, 1]

            `python \(name).py \(checkpoint)` compares its logits with those stored for the example images in the checkpoint.
            \"""

            import sys

            import torch
            import torch.nn.functional as F
            from safetensors.torch import load_file
            from torch import nn

            FACTS = {
            \(facts.joined(separator: "\n"))
            }

            # The layers' names in the checkpoint.
            LAYERS = {
            \(layers.map { "    \(Self.quoted($0.attribute)): \(Self.quoted($0.name))," }.joined(separator: "\n"))
            }

            """
        if !biases.isEmpty {
            text += """

                # Layers of the checkpoint that are merged into a convolution as its bias.
                BIASES = {
                \(biases.map { "    \(Self.quoted($0.attribute)): \(Self.quoted($0.name))," }.joined(separator: "\n"))
                }

                """
        }
        if layers.contains(where: { $0.code.hasPrefix("Bias(") }) {
            text += """


                class Bias(nn.Module):
                    \"""Adds a learned bias to each channel.\"""

                    def __init__(self, channels):
                        super().__init__()
                        self.bias = nn.Parameter(torch.zeros(channels))

                    def forward(self, x):
                        return x + self.bias[:, None, None]

                """
        }
        let bias = biases.isEmpty ? "" : "\n        if kind == \"bias\":\n            layer = BIASES.get(attribute, layer)"
        text += """


            class Network(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.register_buffer("mean", torch.tensor(\(model.mean))\(perChannel)
                    self.register_buffer("std", torch.tensor(\(model.standardDeviation))\(perChannel)
            \(layers.map { "        self.\($0.attribute) = \($0.code)" }.joined(separator: "\n"))

                def forward(self, images):
                    \"""Returns logits [n, \(model.graph.classes)] of images [n, \(size)] scaled to [0, 1].\"""
                    image = (images - self.mean) / self.std
            \(lines.map { "        \($0)" }.joined(separator: "\n"))


            def load(checkpoint):
                \"""Returns the network with the tensors of a checkpoint, in evaluation mode.\"""
                network = Network()
                tensors = load_file(checkpoint)
                kinds = {"running_mean": "mean", "running_var": "variance"}
                state = network.state_dict()
                for key in state:
                    attribute, kind = key.rsplit(".", 1)
                    if kind == "num_batches_tracked":
                        continue
                    layer = LAYERS[attribute]\(bias)
                    state[key] = tensors[f"{layer}.{kinds.get(kind, kind)}"]
                network.load_state_dict(state)
                return network.eval()


            if __name__ == "__main__":
                tensors = load_file(sys.argv[1])
                with torch.no_grad():
                    logits = load(sys.argv[1])(tensors["example.images"] / 255)
                print(f"maximum absolute difference {(logits - tensors['example.logits']).abs().max():.3g}")

            """
        return text
    }

    /// A Python literal. JSON strings are valid Python literals.
    private static func quoted(_ text: String) -> String {
        let data = try? JSONSerialization.data(withJSONObject: text, options: [.fragmentsAllowed, .withoutEscapingSlashes])
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}

/// Names of layers as Python identifiers that do not clash with names of Python, PyTorch or the module.
private struct PythonIdentifiers {
    private var taken: Set<String> = [
        "image", "images", "self", "torch", "nn", "F", "sys", "mean", "std", "len", "load", "load_file",
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else",
        "except",
        "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try",
        "while", "with", "yield",
        // Attributes of nn.Module.
        "T_destination", "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children", "compile", "cpu", "cuda", "double",
        "dump_patches", "eval", "extra_repr", "float", "forward", "get_buffer", "get_extra_state", "get_parameter", "get_submodule", "half",
        "ipu", "load_state_dict", "modules", "mtia", "named_buffers", "named_children", "named_modules", "named_parameters", "parameters",
        "register_buffer", "register_module", "register_parameter", "requires_grad_", "set_extra_state", "set_submodule", "share_memory",
        "state_dict", "to", "to_empty", "train", "training", "type", "xpu", "zero_grad",
    ]

    mutating func unique(_ name: String) -> String {
        var base = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        if base.first?.isNumber ?? true { base = "layer_" + base }
        // A leading underscore has a special meaning in Python.
        while base.hasPrefix("_") { base.removeFirst() }
        if base.isEmpty { base = "layer" }
        var candidate = base
        var number = 2
        while !taken.insert(candidate).inserted {
            candidate = "\(base)_\(number)"
            number += 1
        }
        return candidate
    }
}
