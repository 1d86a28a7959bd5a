import ResultStore
import TestSupport
import Basics
@testable import Search
import Testing

struct ValidationLoopTests {
    private let validator = FakeValidator { candidate, seed, _ in
        Validation(accuracy: Double(candidate.parameters) / 100, loss: 1, epochs: 3, images: 20, seconds: 1, seed: seed)
    }

    @Test func validatesAllCandidates() throws {
        let outcome = try ValidationLoop(validator: validator, seed: 4, workers: 2).run(candidates(9), until: .unbounded())
        #expect(outcome.results.compactMap { $0.value?.accuracy } == (0..<9).map { Double($0) / 100 })
        #expect(outcome.results.compactMap { $0.value?.seed } == candidates(9).map { $0.validationSeed(run: 4) })
    }

    @Test func onlyResultsInTimeCount() throws {
        let clock = FakeClock()
        let slow = FakeValidator { candidate, seed, deadline in
            clock.advance(2)
            return deadline.isReached ? nil : try validator.validate(candidate, seed: seed, deadline: deadline)
        }
        let outcome = try ValidationLoop(validator: slow, seed: 0)
            .run(candidates(9), until: Deadline(at: clock.now() + 5, clock: clock))
        #expect(outcome.results.count == 2)
        #expect(outcome.end == .deadline)
    }

    @Test func expectedSecondsOverrideThePast() throws {
        let clock = FakeClock()
        let slow = FakeValidator { candidate, seed, deadline in
            clock.advance(2)
            return try validator.validate(candidate, seed: seed, deadline: deadline)
        }
        let outcome = try ValidationLoop(validator: slow, seed: 0).run(
            candidates(9), until: Deadline(at: clock.now() + 20, clock: clock), expectedSeconds: [candidates(9)[3].hash: 15])
        #expect(outcome.results.count == 3)
        #expect(outcome.end == .deadline)
    }
}
