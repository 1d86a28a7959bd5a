import Tensors
import Testing

/// The expected values are from PyTorch 2.13 in float64.
@Suite struct ArithmeticTests {
    static let points = [-2.0, -0.5, 0, 0.5, 2, 7]

    struct Function: CustomTestStringConvertible, @unchecked Sendable {
        let name: String
        let apply: (Tensor) -> Tensor
        let values: [Double]
        var testDescription: String { name }

        static let all = [
            Function(
                name: "exp", apply: { $0.exp() }, values: [0.1353352832, 0.6065306597, 1, 1.6487212707, 7.3890560989, 1096.6331584285]),
            Function(
                name: "tanh", apply: { $0.tanh() }, values: [-0.9640275801, -0.4621171573, 0, 0.4621171573, 0.9640275801, 0.9999983369]),
            Function(
                name: "sigmoid", apply: { $0.sigmoid() },
                values: [0.119202922, 0.3775406688, 0.5, 0.6224593312, 0.880797078, 0.9990889488]),
            Function(name: "relu", apply: { $0.relu() }, values: [0, 0, 0, 0.5, 2, 7]),
            Function(name: "relu6", apply: { $0.relu6() }, values: [0, 0, 0, 0.5, 2, 6]),
            Function(
                name: "swish", apply: { $0.swish() }, values: [-0.238405844, -0.1887703344, 0, 0.3112296656, 1.761594156, 6.9936226416]),
            Function(
                name: "hard-swish", apply: { $0.hardSwish() }, values: [-0.3333333333, -0.2083333333, 0, 0.2916666667, 1.6666666667, 7]),
            Function(
                name: "gelu", apply: { $0.gelu() }, values: [-0.0455002639, -0.1542687694, 0, 0.3457312306, 1.9544997361, 7]),
            Function(name: "magnitude", apply: { $0.magnitude() }, values: [2, 0.5, 0, 0.5, 2, 7]),
            Function(name: "negation", apply: { -$0 }, values: [2, 0.5, 0, -0.5, -2, -7]),
            Function(name: "leaky-relu", apply: { $0.leakyReLU(slope: 0.1) }, values: [-0.2, -0.05, 0, 0.5, 2, 7]),
            Function(name: "clamp", apply: { $0.clamped(-1, 1) }, values: [-1, -0.5, 0, 0.5, 1, 1]),
            Function(name: "power", apply: { $0.power(3) }, values: [-8, -0.125, 0, 0.125, 8, 343]),
        ]
    }

    @Test(arguments: Function.all) func values(_ function: Function) {
        expect(function.apply(.of(Self.points)), [6], function.values)
    }

    @Test(arguments: Function.all) func derivatives(_ function: Function) {
        // Avoids the kinks at 0 and ±1, where central differences are meaningless.
        let check = DerivativeCheck([.of([-1.7, -0.6, 0.4, 0.7, 1.3, 2.9])]) { function.apply($0[0]) }
        check.expectFirst()
        check.expectSecond()
    }

    @Test func halvesAreRoundedToEvenNumbers() {
        #expect(Tensor([-2.5, -1.6, -0.5, 0.5, 1.5, 2.4]).rounded().doubles == [-2, -2, 0, 0, 2, 2])
    }

    @Test func logarithmAndSquareRoot() {
        expect(Tensor.of([0.5, 1, 3]).log(), [3], [-0.6931471806, 0, 1.0986122887])
        expect(Tensor.of([0.25, 1, 9]).squareRoot(), [3], [0.5, 1, 3])
        DerivativeCheck([.of([0.5, 1, 3])]) { $0[0].log() }.expectBothOrders()
        DerivativeCheck([.of([0.5, 1, 3])]) { $0[0].squareRoot() }.expectBothOrders()
    }

    @Test func fourOperationsWithTensors() {
        let (a, b) = (Tensor.of([6, -4]), Tensor.of([2, 8]))
        expect(a + b, [2], [8, 4])
        expect(a - b, [2], [4, -12])
        expect(a * b, [2], [12, -32])
        expect(a / b, [2], [3, -0.5])
    }

    @Test func fourOperationsWithNumbers() {
        let a = Tensor.of([6, -4])
        expect(a + 1, [2], [7, -3])
        expect(a - 1, [2], [5, -5])
        expect(a * 2, [2], [12, -8])
        expect(a / 2, [2], [3, -2])
    }

    @Test func shapesAreBroadcast() {
        expect(Tensor.of([1, 2], [2, 1]) + Tensor.of([10, 20, 30], [3]), [2, 3], [11, 21, 31, 12, 22, 32])
    }

    @Test func derivativesOfBroadcastOperands() {
        for operation in [(+), (-), (*), (/)] as [(Tensor, Tensor) -> Tensor] {
            DerivativeCheck([.of([1.5, -2], [2, 1]), .of([0.7, 2, -3])]) { operation($0[0], $0[1]) }.expectBothOrders()
        }
    }

    @Test func comparisons() {
        let (a, b) = (Tensor.of([1, 2, 3]), Tensor.of([1, 3, 2]))
        #expect(a.equals(b).type == .bool)
        #expect(a.equals(b).bytes == [1, 0, 0])
        #expect(a.isLess(than: b).bytes == [0, 1, 0])
    }

    @Test func finiteness() {
        #expect(Tensor.of([1, -1e300]).isFinite)
        #expect(!Tensor.of([1, .infinity]).isFinite)
        #expect(!Tensor.of([.nan, 1]).isFinite)
    }

    @Test func matrixProduct() {
        let product = Tensor.of([1, 2, 3, 4, 5, 6], [2, 3]).matmul(.of([1, 0, 2, 1, 0, 3], [3, 2]))
        expect(product, [2, 2], [5, 11, 14, 23])
        DerivativeCheck(shapes: [[2, 3], [3, 2]]) { $0[0].matmul($0[1]) }.expectBothOrders()
    }

    @Test func sumOfMany() {
        expect(Tensor.sum(of: [.of([1, 2]), .of([3, 4]), .of([5, 6])]), [2], [9, 12])
        expect(Tensor.sum(of: [.of([1, 2])]), [2], [1, 2])
        DerivativeCheck(shapes: [[3], [3], [3]]) { Tensor.sum(of: $0).power(2) }.expectBothOrders()
    }

    /// The eigenvalues of [[2, 1], [1, 3]] are (5 ± √5) / 2.
    @Test func eigenvectorsRebuildTheMatrix() {
        let matrix = Tensor.of([2, 1, 1, 3], [2, 2])
        let (values, vectors) = matrix.symmetricEigenvectors()
        expect(values, [2], [1.3819660113, 3.6180339887])
        expect((vectors * values).matmul(vectors.permuted([1, 0])), [2, 2], [2, 1, 1, 3])
    }
}
