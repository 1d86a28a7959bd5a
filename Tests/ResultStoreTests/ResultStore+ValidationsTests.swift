import Foundation
@testable import ResultStore
import Testing

struct ValidationsTests {
    private let scratch = Scratch()

    @Test func recordsComeBackWhole() throws {
        let store = try scratch.create()
        try store.evaluate([1, 2])
        let records = [validation(1, accuracy: 0.8, seed: .max), validation(0, accuracy: 0.9)]
        for record in records { try store.record(record) }
        #expect(try store.validations() == records)
        #expect(try store.validated().map(\.hash) == [candidate(0).hash, candidate(1).hash])
        let text = String(decoding: try JSONEncoder().encode(store.validated()[1]), as: UTF8.self)
        #expect(text.contains("\"seed\":\"18446744073709551615\""))
    }

    @Test func accuraciesAverageTheSeedsOfOneSetting() throws {
        let store = try scratch.create()
        try store.evaluate([1, 2, 3])
        try store.record(validation(0, accuracy: 0.5, seed: 1))
        try store.record(validation(0, accuracy: 0.75, seed: 2))
        try store.record(validation(1, accuracy: 0.9))
        try store.record(validation(1, accuracy: 0.1, epochs: 9))
        #expect(try store.accuracies(epochs: 3, images: 20_000) == [candidate(0).hash: 0.625, candidate(1).hash: 0.9])
        #expect(
            try store.validationSettings() == [
                ValidationSetting(epochs: 3, images: 20_000, candidates: 2), ValidationSetting(epochs: 9, images: 20_000, candidates: 1),
            ])
    }

    @Test func failuresHaveNoAccuracy() throws {
        let store = try scratch.create()
        try store.evaluate([1])
        let failure = Result<Validation, CandidateFailure>.failure(CandidateFailure(reason: "diverged"))
        try store.record(ValidationRecord(hash: candidate(0).hash, epochs: 3, images: 20_000, seed: 1, outcome: failure))
        #expect(try store.accuracies(epochs: 3, images: 20_000).isEmpty)
        #expect(try store.validated().isEmpty)
        try store.record(validation(0, accuracy: 0.5))
        #expect(try store.accuracies(epochs: 3, images: 20_000).count == 1)
    }

    @Test func resultsAreNeverReplaced() throws {
        let store = try scratch.create()
        try store.evaluate([1])
        try store.record(validation(0, accuracy: 0.5))
        #expect(throws: AlreadyRecorded(hash: candidate(0).hash, kind: "validation")) { try store.record(validation(0, accuracy: 0.6)) }
    }

    @Test func aResultNeedsItsCandidate() throws {
        let store = try scratch.create()
        #expect(throws: UnknownCandidate.self) { try store.record(validation(3, accuracy: 0.5)) }
    }
}
