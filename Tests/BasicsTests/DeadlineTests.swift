@testable import Basics
import TestSupport
import Testing

struct DeadlineTests {
    @Test func isReachedWhenTheClockReachesIt() {
        let clock = FakeClock()
        let deadline = Deadline(at: clock.now() + 2, clock: clock)
        #expect(!deadline.isReached)
        clock.advance(2)
        #expect(deadline.isReached)
        #expect(deadline.remaining == 0)
    }

    @Test func cancellationEndsAnUnboundedDeadline() {
        let cancellation = Cancellation()
        let deadline = Deadline.unbounded(cancellation: cancellation)
        #expect(!deadline.isReached)
        cancellation.request()
        #expect(deadline.isReached && deadline.isCancelled && deadline.remaining == 0)
    }

    @Test func systemClockIsMonotonic() {
        let first = SystemClock().now()
        #expect(SystemClock().now() >= first)
    }
}
