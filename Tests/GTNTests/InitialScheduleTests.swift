import Testing

@testable import GTN

@Suite struct InitialScheduleTests {
    /// Midpoints of five steps: 0.1, 0.3, 0.5, 0.7, 0.9. The last two have 0.3 and 0.1 of the training left, of a decay of 0.4.
    @Test func fallsOverTheLastSteps() {
        let rates = InitialSchedule(learningRate: 2, momentum: 0.9, decay: 0.4).learningRates(steps: 5)
        for (rate, expected) in zip(rates, [2, 2, 2, 1.5, 0.5]) { #expect(abs(rate - expected) < 1e-12) }
    }

    @Test func withoutDecayIsConstant() {
        #expect(InitialSchedule(learningRate: 0.3, momentum: 0.5, decay: 0).learningRates(steps: 4) == [0.3, 0.3, 0.3, 0.3])
    }
}
