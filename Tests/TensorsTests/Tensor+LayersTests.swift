import Tensors
import Testing

/// The expected values are from PyTorch 2.13 in float64 (torch.nn.functional), for the same patterns.
@Suite struct LayerValueTests {
    private let x = Tensor.pattern([2, 2, 4, 4], 7, 11, -5)
    private let weight = Tensor.pattern([2, 2, 3, 3], 5, 7, -3)
    private let scale = Tensor.of([1.5, -0.5])
    private let shift = Tensor.of([0.25, 1])

    @Test func convolution() {
        let y = x.convolution(weight, padding: (1, 1))
        expect(y.sum([2, 3]), [2, 2], [28, -23, 25, 54])
        expect(y[1][1], [4, 4], [-2, -3, 23, 12, 22, -36, -36, 22, -10, 30, 8, 21, 2, 18, -41, 24])
    }

    @Test func stridedConvolution() {
        expect(x.convolution(weight, stride: 2, padding: (1, 1))[0], [2, 2, 2], [-29, -4, -39, 15, 8, -6, 4, 8])
    }

    @Test func dilatedDepthwiseConvolution() {
        let depthwise = Tensor.pattern([2, 1, 3, 3], 5, 7, -3)
        expect(
            x.convolution(depthwise, padding: (2, 2), dilation: 2, groups: 2)[0], [2, 4, 4],
            [
                -7, -8, 11, 23, 11, -1, -7, 5, -23, 8, 16, -17, 13, -11, 16, 16, 1, 14, -7, 18, 20, -11, 16, -3, 5, -16, -3, 16, -13, -1,
                18, -7,
            ])
    }

    /// Padding does not count, so a corner is the mean of four pixels.
    @Test func averagePoolLeavesPaddingOut() {
        expect(
            x.averagePool(kernel: (3, 3), stride: 1, padding: (1, 1))[0][0], [4, 4],
            [
                -1.25, -0.5, 1, 1.75, -1, -0.5555555556, 0.3333333333, 0.1666666667, -0.5, 0.5555555556, 0.2222222222, 0.6666666667, -0.25,
                0.5, 0.1666666667, 0,
            ])
        expect(x.averagePool(kernel: (2, 2), stride: 2, padding: (0, 0))[0], [2, 2, 2], [-1.25, 1.75, -0.25, 0, 0.75, -1.75, 1.75, -0.75])
    }

    @Test func maxPool() {
        expect(x.maxPool(kernel: (3, 3), stride: 2, padding: (1, 1))[0], [2, 2, 2], [2, 5, 3, 5, 4, 4, 5, 5])
    }

    @Test func batchNormWithBatchStatistics() {
        let y = x.batchNorm(scale: scale, shift: shift, epsilon: 1e-5)
        expect(
            y[0].slice(0..<1, axis: 1), [2, 1, 4],
            [-2.0576912153, 1.1730764861, -0.6730764861, 2.5576912153, 1.4704704648, 0.3493493572, 0.9899899901, 1.630630623])
    }

    @Test func batchNormByGivenStatistics() {
        let y = x.batchNorm(scale: scale, shift: shift, mean: Tensor.of([0.5, -1]), variance: Tensor.of([4, 9]), epsilon: 1e-5)
        expect(
            y[0].slice(0..<1, axis: 1), [2, 1, 4],
            [-3.8749948438, 1.3749985938, -1.6249976563, 3.6249957813, 1.3333331481, 0.1666671296, 0.8333334259, 1.4999997222])
    }

    @Test func linear() {
        let y = Tensor.of([1, 2, 3, 4], [2, 2]).linear(Tensor.of([1, -1, 0, 2, 3, 1], [3, 2]), bias: Tensor.of([10, 20, 30]))
        expect(y, [2, 3], [9, 24, 35, 9, 28, 43])
    }

    @Test func logSoftmax() {
        expect(
            Tensor.of([1, 2, 3, 0, 0, 10], [2, 3]).logSoftmax(1), [2, 3],
            [-2.4076059644, -1.4076059644, -0.4076059644, -10.0000907957, -10.0000907957, -9.07957e-05])
    }

    @Test func logSoftmaxOfLargeLogitsStaysFinite() {
        expect(Tensor.of([1000, 0], [1, 2]).logSoftmax(1), [1, 2], [0, -1000])
    }

    @Test func upsample() {
        expect(Tensor.of([1, 2], [1, 1, 1, 2]).upsampledNearest(2), [1, 1, 2, 4], [1, 1, 2, 2, 1, 1, 2, 2])
    }

    /// The fast kernels use float32, the derivative checks float64. Both must compute the same function.
    @Test func singlePrecisionAgreesWithDouble() {
        let random = TensorGenerator(seed: 3)
        let x = random.normal([3, 4, 9, 7], type: .float64)
        let (scale, shift) = (random.normal([4], type: .float64), random.normal([4], type: .float64))
        let operations: [(Tensor, Tensor, Tensor) -> Tensor] = [
            { x, scale, shift in x.batchNorm(scale: scale, shift: shift, epsilon: 1e-5) },
            { x, _, _ in x.averagePool(kernel: (3, 3), stride: 1, padding: (1, 1)) },
            { x, _, _ in x.averagePool(kernel: (3, 3), stride: 2, padding: (1, 1)) },
            { x, _, _ in x.maxPool(kernel: (3, 3), stride: 1, padding: (1, 1)) },
            { x, _, _ in x.maxPool(kernel: (3, 3), stride: 2, padding: (1, 1)) },
        ]
        for operation in operations {
            let exact = operation(x, scale, shift)
            expect(operation(x.to(.float32), scale.to(.float32), shift.to(.float32)), exact.shape, exact.doubles, tolerance: 2e-5)
        }
    }
}

@Suite struct LayerDerivativeTests {
    struct ConvolutionCase: CustomTestStringConvertible, Sendable {
        var input = [2, 4, 5, 5]
        var weight = [4, 4, 3, 3]
        var stride = 1
        var padding = 1
        var dilation = 1
        var groups = 1

        var testDescription: String { "\(weight), stride \(stride), padding \(padding), dilation \(dilation), groups \(groups)" }
    }

    @Test(arguments: [
        ConvolutionCase(),
        ConvolutionCase(padding: 0),
        ConvolutionCase(stride: 2),
        ConvolutionCase(input: [2, 2, 6, 6], weight: [3, 2, 3, 3], stride: 2),
        ConvolutionCase(weight: [3, 4, 1, 1], padding: 0),
        ConvolutionCase(weight: [3, 4, 1, 1], stride: 2, padding: 0),
        ConvolutionCase(padding: 2, dilation: 2),
        ConvolutionCase(weight: [4, 2, 3, 3], groups: 2),
        ConvolutionCase(weight: [4, 1, 3, 3], groups: 4),
        ConvolutionCase(weight: [8, 1, 3, 3], groups: 4),
        ConvolutionCase(weight: [4, 1, 3, 3], stride: 2, groups: 4),
        ConvolutionCase(input: [1, 3, 7, 7], weight: [3, 1, 3, 3], stride: 2, padding: 2, dilation: 2, groups: 3),
    ])
    func convolution(_ test: ConvolutionCase) {
        DerivativeCheck(shapes: [test.input, test.weight]) {
            $0[0].convolution(
                $0[1], stride: test.stride, padding: (test.padding, test.padding), dilation: test.dilation, groups: test.groups)
        }.expectBothOrders()
    }

    /// Only ⟨∂s/∂w, v⟩: the images need no gradient, as in the first layer of a learner on real data.
    @Test func convolutionOfConstantImages() {
        let images = TensorGenerator(seed: 5).normal([2, 2, 5, 5], type: .float64)
        DerivativeCheck(shapes: [[3, 2, 3, 3]]) { images.convolution($0[0], padding: (1, 1)) }.expectBothOrders()
    }

    /// Only the gradient of the images, as in a frozen network.
    @Test func convolutionByConstantWeights() {
        let weight = TensorGenerator(seed: 6).normal([3, 2, 3, 3], type: .float64)
        DerivativeCheck(shapes: [[2, 2, 5, 5]]) { $0[0].convolution(weight, padding: (1, 1)) }.expectBothOrders()
    }

    @Test(arguments: [[2, 3, 4, 4], [5, 2, 1, 1], [2, 3, 3, 5], [1, 2, 4, 4]]) func batchNorm(_ shape: [Int]) {
        let channels = [shape[1]]
        DerivativeCheck(shapes: [shape, channels, channels]) { $0[0].batchNorm(scale: $0[1], shift: $0[2], epsilon: 1e-5) }
            .expectBothOrders()
    }

    /// Images are constant in the first layer of a learner on real data.
    @Test func batchNormOfConstantImages() {
        let images = TensorGenerator(seed: 7).normal([3, 2, 3, 3], type: .float64)
        DerivativeCheck(shapes: [[2], [2]]) { images.batchNorm(scale: $0[0], shift: $0[1], epsilon: 1e-5) }.expectBothOrders()
    }

    @Test func batchNormByGivenStatistics() {
        let (mean, variance) = (Tensor.of([0.5, -1, 2]), Tensor.of([4, 0.5, 1]))
        DerivativeCheck(shapes: [[2, 3, 3, 3], [3], [3]]) {
            $0[0].batchNorm(scale: $0[1], shift: $0[2], mean: mean, variance: variance, epsilon: 1e-5)
        }.expectBothOrders()
    }

    struct PoolCase: CustomTestStringConvertible, Sendable {
        var input = [2, 2, 5, 6]
        var kernel = 3
        var stride = 1
        var padding = 1

        var testDescription: String { "\(kernel)x\(kernel) of \(input), stride \(stride), padding \(padding)" }

        static let all = [
            PoolCase(), PoolCase(stride: 2), PoolCase(kernel: 2, stride: 2, padding: 0), PoolCase(padding: 0),
            PoolCase(input: [1, 3, 2, 2]), PoolCase(input: [2, 1, 1, 1]), PoolCase(input: [1, 2, 7, 7], stride: 2),
        ]
    }

    @Test(arguments: PoolCase.all) func averagePool(_ test: PoolCase) {
        DerivativeCheck(shapes: [test.input]) {
            $0[0].averagePool(kernel: (test.kernel, test.kernel), stride: test.stride, padding: (test.padding, test.padding))
        }.expectBothOrders()
    }

    @Test(arguments: PoolCase.all) func maxPool(_ test: PoolCase) {
        DerivativeCheck(shapes: [test.input]) {
            $0[0].maxPool(kernel: (test.kernel, test.kernel), stride: test.stride, padding: (test.padding, test.padding))
        }.expectBothOrders()
    }

    @Test func linear() {
        DerivativeCheck(shapes: [[3, 4], [2, 4], [2]]) { $0[0].linear($0[1], bias: $0[2]) }.expectBothOrders()
    }

    @Test func logSoftmax() {
        DerivativeCheck(shapes: [[3, 4]]) { $0[0].logSoftmax(1) }.expectBothOrders()
    }

    @Test func upsample() {
        DerivativeCheck(shapes: [[1, 2, 3, 2]]) { $0[0].upsampledNearest(2) }.expectBothOrders()
    }

    /// A typical unit of a learner: relu > conv > norm, twice, then the loss.
    @Test func layersInSequence() {
        DerivativeCheck(shapes: [[3, 2, 4, 4], [3, 2, 3, 3], [3], [3]]) { values in
            values[0].convolution(values[1], padding: (1, 1)).batchNorm(scale: values[2], shift: values[3], epsilon: 1e-5).swish()
                .averagePool(kernel: (3, 3), stride: 1, padding: (1, 1)).mean([2, 3]).logSoftmax(1)
        }.expectBothOrders()
    }
}
