@testable import Search
import Testing

struct ValidationForecastTests {
    @Test(arguments: [
        (seconds: 200.0, candidates: 12, workers: 2, epoch: 5.0, epochs: 4),
        (seconds: 200.0, candidates: 13, workers: 2, epoch: 5.0, epochs: 4),
        (seconds: 10.0, candidates: 12, workers: 2, epoch: 5.0, epochs: 0),
        (seconds: 1e9, candidates: 12, workers: 2, epoch: 5.0, epochs: 50),
        (seconds: -1.0, candidates: 12, workers: 2, epoch: 5.0, epochs: 0),
        (seconds: 100.0, candidates: 0, workers: 2, epoch: 5.0, epochs: 0),
    ])
    func plansWholeEpochs(_ row: (seconds: Double, candidates: Int, workers: Int, epoch: Double, epochs: Int)) {
        let epochs = ValidationForecast.epochs(
            forSecondsAvailable: row.seconds, candidates: row.candidates, workers: row.workers, secondsPerEpoch: row.epoch, maximum: 50)
        #expect(epochs == row.epochs)
    }
}
