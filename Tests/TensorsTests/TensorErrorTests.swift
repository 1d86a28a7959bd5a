import CTorch
import Testing

@testable import Tensors

@Suite struct TensorErrorTests {
    private func refusal(_ operation: String, _ operands: [Tensor], _ call: (UnsafeMutablePointer<OpaquePointer?>) -> ct_status)
        -> TensorError?
    {
        do {
            _ = try Tensor.making(operation, operands, call)
            return nil
        } catch {
            return error
        }
    }

    @Test func aMismatchNamesOperationAndShapes() throws {
        let (a, b) = (Tensor.zeros([2, 3]), Tensor.zeros([4, 5]))
        let error = try #require(refusal("matmul", [a, b]) { out in a.withRaw { a in b.withRaw { ct_matmul(a, $0, out) } } })
        #expect(error.kind == .refused)
        #expect(error.operation == "matmul")
        #expect(error.shapes == [[2, 3], [4, 5]])
        #expect(error.description.hasPrefix("matmul of [2, 3], [4, 5]: "))
        #expect(error.message == "mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)")
        #expect(!error.description.contains("frame #"))
    }

    @Test func exhaustedMemoryHasItsOwnKind() throws {
        let error = try #require(refusal("full", []) { ct_full(0, [1 << 50], 1, CT_FLOAT64, Device.cpu.raw, $0) })
        #expect(error.kind == .outOfMemory)
        #expect(error.description.hasPrefix("full: out of memory: "))
    }

    @Test func aFailedCallLeaksNoHandle() async {
        await #expect(processExitsWith: .success) {
            let (a, b) = (Tensor.zeros([2]), Tensor.zeros([3]))
            let before = Runtime.liveTensors
            for _ in 0..<100 {
                _ = try? Tensor.making("+", [a, b]) { out in a.withRaw { a in b.withRaw { ct_binary(CT_ADD, a, $0, out) } } }
            }
            precondition(Runtime.liveTensors == before)
        }
    }

    @Test func theNextCallAfterAnErrorSucceeds() {
        let (a, b) = (Tensor.zeros([2]), Tensor.zeros([3]))
        #expect(refusal("+", [a, b]) { out in a.withRaw { a in b.withRaw { ct_binary(CT_ADD, a, $0, out) } } } != nil)
        expect(a + a, [2], [0, 0])
    }

    @Test func operationsTrapWithTheSameMessage() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([1, 2, 4, 4]).convolution(Tensor.zeros([3, 5, 3, 3]))
        }
        let words = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(words.contains("convolution of [1, 2, 4, 4], [3, 5, 3, 3]: "))
        #expect(words.contains("to have 5 channels, but got 2 channels"))
    }

    @Test func batchNormWithAnInvalidScaleTraps() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.ones([2, 3, 4, 4]).batchNorm(scale: Tensor.ones([2]), shift: Tensor.ones([3]), epsilon: 1e-5)
        }
        #expect(
            String(decoding: try #require(result).standardErrorContent, as: UTF8.self).contains("batch norm of [2, 3, 4, 4], [2], [3]: "))
    }

    @Test func copiesThatDoNotFillTheirShapeTrap() async {
        await #expect(processExitsWith: .failure) { _ = Tensor([1.0, 2.0], shape: [3]) }
        await #expect(processExitsWith: .failure) { _ = Tensor([1.0, 2.0]).scalars(Float.self) }
        await #expect(processExitsWith: .failure) { _ = Tensor([1.0, 2.0]).item }
    }
}
