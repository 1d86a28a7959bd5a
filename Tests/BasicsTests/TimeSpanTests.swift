import Basics
import Testing

struct TimeSpanTests {
    @Test(arguments: [("90s", 90.0, "1m30s"), ("10m", 600, "10m"), ("1h30m", 5_400, "1h30m"), ("0.4s", 0.4, "0s"), ("2h", 7_200, "2h")])
    func parsesAndFormats(text: String, seconds: Double, written: String) {
        #expect(TimeSpan(text)?.seconds == seconds)
        #expect(TimeSpan(seconds: seconds).description == written)
    }

    @Test(arguments: ["", "5", "5x", "m", "5m3h", "1e3s", "-1s"]) func invalidTextIsNil(_ text: String) {
        #expect(TimeSpan(text) == nil)
    }
}
