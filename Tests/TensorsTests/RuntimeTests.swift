import Foundation
import Tensors
import Testing

@Suite struct RuntimeTests {
    @Test func version() { #expect(Runtime.libtorchVersion.hasPrefix("2.13.0")) }

    @Test func threadsAreSetForTheCallingThread() {
        let finished = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            Runtime.threads = 1
            #expect(Runtime.threads == 1)
            finished.signal()
        }
        finished.wait()
    }

    // Other suites create tensors in this process at the same time, so leak tests run in separate processes.

    @Test func everyHandleIsReleased() async {
        await #expect(processExitsWith: .success) {
            let before = Runtime.liveTensors
            do {
                let x = Tensor.of([1, 2, 3])
                precondition(Runtime.liveTensors == before + 1)
                _ = (x + 1).split([1, 2])
            }
            precondition(Runtime.liveTensors == before, "\(Runtime.liveTensors - before) handles are left")
        }
    }

    /// Meta-training in small: two inner steps and a gradient through both, with every layer that has hand-written derivatives.
    @Test func unrolledGraphsAreReleased() async {
        await #expect(processExitsWith: .success) {
            UnrolledGraph.run()
            let before = Runtime.liveTensors
            for _ in 0..<10 { UnrolledGraph.run() }
            precondition(Runtime.liveTensors == before, "\(Runtime.liveTensors - before) handles are left")
        }
    }

    #if os(Linux)
        /// A cycle inside libtorch would keep memory without any handle. Leaking 100 graphs of several megabytes each would be visible.
        @Test func unrolledGraphsDoNotLeakMemory() async {
            await #expect(processExitsWith: .success) {
                for _ in 0..<10 { UnrolledGraph.run() }
                let before = UnrolledGraph.residentMiB()
                for _ in 0..<100 { UnrolledGraph.run() }
                let growth = UnrolledGraph.residentMiB() - before
                precondition(growth < 100, "resident memory grew by \(growth) MiB")
            }
        }
    #endif
}

/// A small learner that trains for two steps on differentiable images.
enum UnrolledGraph {
    static func run() {
        let random = TensorGenerator(seed: 1)
        let images = random.normal([16, 4, 16, 16]).leaf
        var parameters = [random.normal([8, 4, 3, 3]), Tensor.ones([8]), Tensor.zeros([8])].map(\.leaf)
        func loss() -> Tensor {
            images.convolution(parameters[0], padding: (1, 1)).batchNorm(scale: parameters[1], shift: parameters[2], epsilon: 1e-5).relu()
                .maxPool(kernel: (3, 3), stride: 1, padding: (1, 1)).averagePool(kernel: (3, 3), stride: 1, padding: (1, 1))
                .mean([2, 3]).logSoftmax(1).slice(0..<1, axis: 1).mean()
        }
        for _ in 0..<2 {
            let slopes = gradients(of: loss(), with: parameters, createGraph: true)
            parameters = zip(parameters, slopes).map { $0 - $1 * 0.1 }
        }
        precondition(gradients(of: loss(), with: [images])[0].isFinite)
    }

    static func residentMiB() -> Int {
        let pages = try! String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return Int(pages[1])! * 4096 / 1_048_576
    }
}
