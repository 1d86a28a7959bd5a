import Dispatch
import Synchronization
import Tensors

/// Returns the results of `body` for 0 ..< count, computed on up to `workers` threads. Each thread uses a single libtorch thread.
///
/// Results are ordered by index and do not depend on the number of workers.
public func parallelMap<Result: Sendable>(_ count: Int, workers: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
    let results = Mutex([Result?](repeating: nil, count: count))
    let next = Atomic(0)
    let threadsBefore = Runtime.threads
    DispatchQueue.concurrentPerform(iterations: max(1, min(workers, count))) { _ in
        Runtime.threads = 1
        while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < count else { break }
            let result = body(index)
            results.withLock { $0[index] = result }
        }
    }
    // The calling thread is one of the workers.
    Runtime.threads = threadsBefore
    return results.withLock { $0.map { $0! } }
}
