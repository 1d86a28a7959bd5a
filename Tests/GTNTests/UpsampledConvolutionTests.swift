import Tensors
import Testing

@testable import GTN

@Suite struct UpsampledConvolutionTests {
    /// Values and derivatives equal those of the two separate operations.
    @Test(arguments: [(1, 1), (3, 4), (7, 7)])
    func equalsUpsamplingThenConvolution(height: Int, width: Int) {
        let random = TensorGenerator(seed: 1)
        let x = random.normal([2, 3, height, width], type: .float64).leaf
        let weight = random.normal([5, 3, 3, 3], type: .float64).leaf
        let cotangent = random.normal([2, 5, 2 * height, 2 * width], type: .float64)
        let own = x.upsampledConvolution(weight)
        let expected = x.upsampledNearest(2).convolution(weight, padding: (1, 1))
        #expect(relativeError([own], [expected]) < 1e-13)
        let slopes = gradients(of: [own], cotangents: [cotangent], with: [x, weight]).map { $0! }
        let expectedSlopes = gradients(of: [expected], cotangents: [cotangent], with: [x, weight]).map { $0! }
        #expect(relativeError(slopes, expectedSlopes) < 1e-13)
    }
}
