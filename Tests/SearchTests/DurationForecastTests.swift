@testable import Search
import Testing

struct DurationForecastTests {
    @Test func forecastIsTheMedian() {
        var forecast = DurationForecast()
        #expect(forecast.expected == nil)
        for seconds in [3.0, 100, 1, 2] { forecast.add(seconds) }
        #expect(forecast.expected == 2.5)
    }
}
