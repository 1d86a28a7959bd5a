import ResultStore
import Basics
import Foundation
import Search
import SearchSpace
import Synchronization
import TestSupport

struct FakeError: Error, CustomStringConvertible {
    let description: String
}

/// A log of calls, counted per hash.
final class CallLog: Sendable {
    private let calls = Mutex<[String]>([])

    /// Adds a call and returns the number of calls with this hash.
    @discardableResult func add(_ hash: String) -> Int {
        calls.withLock {
            $0.append(hash); return $0.count(where: { $0 == hash })
        }
    }

    var all: [String] { calls.withLock { $0 } }
}

struct FakeEvaluator: Evaluator {
    let body: @Sendable (Candidate, UInt64, Deadline) throws -> Evaluation?

    func evaluate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Evaluation? {
        try body(candidate, seed, deadline)
    }

    /// An evaluator that takes a given time on the clock and checks the deadline every tenth of a second.
    static func taking(_ seconds: Double, on clock: FakeClock) -> FakeEvaluator {
        FakeEvaluator { candidate, seed, deadline in
            for _ in 0..<Int((seconds * 10).rounded()) {
                if deadline.isReached { return nil }
                clock.advance(0.1)
            }
            return evaluation(score: Double(seed >> 11))
        }
    }
}

struct FakeValidator: Validator {
    let body: @Sendable (Candidate, UInt64, Deadline) throws -> Validation?

    func validate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Validation? {
        try body(candidate, seed, deadline)
    }
}

func evaluation(score: Double) -> Evaluation {
    Evaluation(score: score, accuracy: 0.5, loss: 1, steps: 4, seconds: 1)
}

func candidate(_ number: Int) -> Candidate {
    Candidate(architecture: "a\(number)", hash: String(format: "%016x", number), parameters: number, macs: 10 * number)
}

func candidates(_ count: Int) -> [Candidate] { (0..<count).map(candidate) }
