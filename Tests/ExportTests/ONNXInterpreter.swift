import Foundation
import Tensors

/// Runs an ONNX file operator by operator, following the operators' documentation.
struct ONNXInterpreter {
    let file: ONNXReader

    struct Unknown: Error { let operation: String }

    /// A constant; signed numbers of 8 and 32 bits as float32.
    private static func tensor(_ constant: ONNXReader.Constant) -> Tensor {
        switch constant.type {
        case 1: return Tensor(copying: constant.bytes, type: .float32, shape: constant.shape)
        case 3: return Tensor(constant.bytes.map { Float(Int8(bitPattern: $0)) }, shape: constant.shape)
        case 6:
            let numbers = Array(constant.bytes).withUnsafeBytes { bytes in
                stride(from: 0, to: bytes.count, by: 4).map { Float(bytes.loadUnaligned(fromByteOffset: $0, as: Int32.self)) }
            }
            return Tensor(numbers, shape: constant.shape)
        case 7: return Tensor(copying: constant.bytes, type: .int64, shape: constant.shape)
        default: preconditionFailure("unknown type \(constant.type)")
        }
    }

    func run(_ images: Tensor) throws -> Tensor {
        var values = [file.inputs[0].name: images]
        for (name, constant) in file.constants { values[name] = Self.tensor(constant) }
        for node in file.nodes {
            // The format requires topological order and unique names.
            guard values[node.outputs[0]] == nil, node.inputs.allSatisfy({ values[$0] != nil }) else {
                throw Unknown(operation: node.outputs[0])
            }
            values[node.outputs[0]] = try value(node, node.inputs.map { values[$0]! })
        }
        return values[file.outputs[0].name]!
    }

    private func value(_ node: ONNXReader.Node, _ x: [Tensor]) throws -> Tensor {
        func integers(_ name: String) -> [Int] { node.attributes[name]!.map { Int($0) } }
        /// Kernel, stride and padding; the paddings of both ends must be equal.
        func window() -> (kernel: (height: Int, width: Int), stride: Int, padding: (height: Int, width: Int)) {
            let (kernel, strides, pads) = (integers("kernel_shape"), integers("strides"), integers("pads"))
            precondition(strides[0] == strides[1] && pads[..<2] == pads[2...])
            return ((kernel[0], kernel[1]), strides[0], (pads[0], pads[1]))
        }
        switch node.operation {
        case "Identity": return x[0]
        case "Sub": return x[0] - x[1]
        case "Div": return x[0] / x[1]
        case "Mul": return x[0] * x[1]
        case "Add", "Sum": return x.dropFirst().reduce(x[0], +)
        case "Conv":
            let (kernel, stride, padding) = window()
            precondition([kernel.height, kernel.width] == Array(x[1].shape[2...]))
            let y = x[0].convolution(
                x[1], stride: stride, padding: padding, dilation: integers("dilations")[0], groups: integers("group")[0])
            return x.count == 2 ? y : y + x[2].reshaped([1, -1, 1, 1])
        case "BatchNormalization":
            let part = x.map { $0.reshaped([1, -1, 1, 1]) }
            return (x[0] - part[3]) / (part[4] + node.attributes["epsilon"]![0]).squareRoot() * part[1] + part[2]
        case "InstanceNormalization":
            let axes = Array(2..<x[0].shape.count)
            let part = x.dropFirst().map { $0.reshaped([1, -1] + axes.map { _ in 1 }) }
            let centered = x[0] - x[0].mean(axes, keepAxes: true)
            let variance = (centered * centered).mean(axes, keepAxes: true)
            return centered / (variance + node.attributes["epsilon"]![0]).squareRoot() * part[0] + part[1]
        case "Reshape":
            // 0 keeps the length of an axis.
            return x[0].reshaped(x[1].scalars(Int64.self).enumerated().map { $1 == 0 ? x[0].shape[$0] : Int($1) })
        case "Relu": return x[0].relu()
        case "Clip": return x[0].clamped(x[1].item, x[2].item)
        case "LeakyRelu": return x[0].leakyReLU(slope: node.attributes["alpha"]![0])
        case "Sigmoid": return x[0].sigmoid()
        case "Tanh": return x[0].tanh()
        case "HardSwish": return x[0] * (x[0] / 6 + 0.5).clamped(0, 1)
        case "Erf": return Tensor(x[0].doubles.map(erf), shape: x[0].shape).to(.float32)
        case "AveragePool":
            precondition(integers("count_include_pad") == [0])
            let (kernel, stride, padding) = window()
            return x[0].averagePool(kernel: kernel, stride: stride, padding: padding)
        case "MaxPool":
            let (kernel, stride, padding) = window()
            return x[0].maxPool(kernel: kernel, stride: stride, padding: padding)
        case "GlobalAveragePool": return x[0].mean([2, 3], keepAxes: true)
        case "Flatten":
            precondition(integers("axis") == [1])
            return x[0].reshaped([x[0].shape[0], -1])
        case "Unsqueeze":
            precondition(x[1].scalars(Int64.self) == [2, 3])
            return x[0].reshaped(x[0].shape + [1, 1])
        case "Gemm":
            precondition(integers("transB") == [1])
            return x[0].linear(x[1], bias: x[2])
        case "QuantizeLinear":
            return ((x[0] / x[1].item).rounded() + x[2].item).clamped(-128, 127)
        case "DequantizeLinear":
            guard let axis = node.attributes["axis"] else { return (x[0] - x[2].item) * x[1].item }
            precondition(axis == [0] && x.count == 2)
            return x[0] * x[1].reshaped([-1] + x[0].shape.dropFirst().map { _ in 1 })
        case "Concat": return Tensor.concatenated(x, axis: integers("axis")[0])
        case "Shape": return Tensor(x[0].shape[integers("start")[0]..<integers("end")[0]].map(Int64.init))
        case "ConstantOfShape": return Tensor.zeros(x[0].scalars(Int64.self).map(Int.init))
        default: throw Unknown(operation: node.operation)
        }
    }
}
