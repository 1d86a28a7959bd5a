import Tensors
import Testing

@Suite struct TensorTests {
    @Test func describesItself() {
        let x = Tensor.zeros([2, 3], type: .float64)
        #expect(x.shape == [2, 3] && x.rank == 2 && x.count == 6 && x.type == .float64 && x.device == .cpu)
        #expect("\(x)" == "Tensor [2, 3] float64 on cpu")
    }

    @Test func operationsDoNotChangeTheirOperands() {
        let x = Tensor.of([1, -2])
        _ = (x.relu(), -x, x + 1, x.clamped(0, 1), x.flipped(axis: 0))
        expect(x, [2], [1, -2])
    }

    @Test func roundTripsThroughASnapshot() {
        for type in ScalarType.allCases {
            let tensor = Tensor.of([0, 1, 1, 0], [2, 2]).to(type)
            let snapshot = TensorSnapshot(tensor)
            #expect(snapshot.bytes.count == 4 * type.byteCount)
            #expect(TensorSnapshot(snapshot.tensor()) == snapshot)
        }
    }
}

@Suite struct DeviceTests {
    @Test(arguments: [("cpu", Device.cpu), ("cuda", .cuda(0)), ("cuda:3", .cuda(3)), ("mps", .mps)])
    func names(_ text: String, _ device: Device) {
        #expect(Device(text) == device)
    }

    @Test(arguments: ["", "gpu", "cuda:", "cuda:-1", "cuda:x", "CPU"]) func unknownNamesAreNil(_ text: String) {
        #expect(Device(text) == nil)
    }

    @Test func theBestDeviceIsAvailable() {
        #expect(Device.cpu.isAvailable)
        #expect(Device.best.isAvailable)
        #expect(!Device.cuda(1000).isAvailable)
    }
}
