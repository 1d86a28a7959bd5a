import Dispatch
import Tensors

/// Runs `body` for 0 ..< count on up to `workers` threads, each of which uses one thread inside libtorch. Results keep their order, so
/// they do not depend on the number of workers.
public func parallelMap<Result: Sendable>(_ count: Int, workers: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
    let results = Slots<Result>(count)
    let lanes = max(1, min(workers, count))
    let next = Counter()
    let threadsBefore = Runtime.threads
    DispatchQueue.concurrentPerform(iterations: lanes) { _ in
        Runtime.threads = 1
        while let index = next.take(below: count) {
            results.set(index, body(index))
        }
    }
    // This thread was one of the lanes.
    Runtime.threads = threadsBefore
    return results.all
}

/// One place per result, each written once by whoever computed it.
private final class Slots<Value: Sendable>: @unchecked Sendable {
    private let lock = DispatchQueue(label: "slots")
    private var values: [Value?]

    init(_ count: Int) { values = [Value?](repeating: nil, count: count) }

    func set(_ index: Int, _ value: Value) { lock.sync { values[index] = value } }
    var all: [Value] { lock.sync { values.map { $0! } } }
}

private final class Counter: @unchecked Sendable {
    private let lock = DispatchQueue(label: "counter")
    private var value = 0

    func take(below limit: Int) -> Int? {
        lock.sync {
            guard value < limit else { return nil }
            value += 1
            return value - 1
        }
    }
}
