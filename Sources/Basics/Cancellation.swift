import Synchronization

/// A flag that asks running work to end early. Any thread or signal handler may raise it. No one lowers it.
public final class Cancellation: Sendable {
    private let flag = Atomic(false)

    public init() {}

    public var isRequested: Bool { flag.load(ordering: .relaxed) }

    public func request() {
        flag.store(true, ordering: .relaxed)
    }
}
