import Basics
import TestSupport
import Testing

@Suite struct StopwatchTests {
    @Test func showsTheSecondsOfItsClock() {
        let clock = FakeClock()
        let watch = Stopwatch(after: 2, clock: clock)
        #expect(watch.seconds == 2)
        clock.advance(3)
        #expect(watch.seconds == 5)
    }

    @Test func anAdvancedStopwatchShowsMoreSeconds() {
        let clock = FakeClock()
        let watch = Stopwatch(clock: clock)
        clock.advance(1)
        let resumed = watch.advanced(by: 10)
        clock.advance(1)
        #expect(watch.seconds == 2 && resumed.seconds == 12)
    }
}
