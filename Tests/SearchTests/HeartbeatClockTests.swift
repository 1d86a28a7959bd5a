import Synchronization
import TestSupport
import Testing

@testable import Search

struct HeartbeatClockTests {
    @Test func sendsAtMostOneHeartbeatPerSecond() {
        let clock = FakeClock()
        let beats = Counter()
        let heart = HeartbeatClock(clock) { beats.add() }
        for _ in 0..<40 {
            clock.advance(0.125)
            #expect(heart.now() == clock.now())
        }
        // Four heartbeats in five seconds, one every 1.125 s: the first reading more than a second after the last heartbeat.
        #expect(beats.count == 4)
    }

    private final class Counter: Sendable {
        private let value = Atomic(0)
        func add() { value.add(1, ordering: .relaxed) }
        var count: Int { value.load(ordering: .relaxed) }
    }
}
