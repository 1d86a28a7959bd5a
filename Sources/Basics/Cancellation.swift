import Synchronization

/// A flag that asks running work to end early. Raised once, from any thread or a signal's dispatch source.
public final class Cancellation: Sendable {
    private let flag = Atomic(false)

    public init() {}

    public var isRequested: Bool { flag.load(ordering: .relaxed) }

    public func request() {
        flag.store(true, ordering: .relaxed)
    }
}
