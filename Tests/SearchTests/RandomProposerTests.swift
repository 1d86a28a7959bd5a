import ResultStore
import Search
import SearchSpace
import Testing

struct RandomProposerTests {
    private func proposer(seed: UInt64, of space: Int, distinct: Int? = nil) -> RandomProposer {
        RandomProposer(seed: seed, distinct: distinct) { candidate(Int.random(in: 0..<space, using: &$0)) }
    }

    private func drain(_ proposer: RandomProposer, atMost count: Int = .max) throws -> [Candidate] {
        var proposer = proposer
        var all: [Candidate] = []
        while all.count < count, let next = try proposer.next() { all.append(next) }
        return all
    }

    @Test func sameSeedGivesSameCandidates() throws {
        #expect(try drain(proposer(seed: 3, of: 1_000), atMost: 50) == drain(proposer(seed: 3, of: 1_000), atMost: 50))
        #expect(try drain(proposer(seed: 3, of: 1_000), atMost: 50) != drain(proposer(seed: 4, of: 1_000), atMost: 50))
    }

    @Test func neverRepeatsAndFindsAll() throws {
        let all = try drain(proposer(seed: 1, of: 20))
        #expect(Set(all) == Set(candidates(20)))
        #expect(all.count == 20)
    }

    @Test func staysExhausted() throws {
        var proposer = proposer(seed: 1, of: 1)
        #expect(try proposer.next() != nil)
        #expect(try proposer.next() == nil)
        #expect(try proposer.next() == nil)
    }

    @Test func stopsAtTheKnownNumber() throws {
        let calls = CallLog()
        var proposer = RandomProposer(seed: 0, distinct: 2) { generator in
            calls.add("draw")
            return candidate(Int.random(in: 0..<2, using: &generator))
        }
        while try proposer.next() != nil {}
        #expect(calls.all.count < 50)
    }

    @Test func bitsUsedByOneDrawDoNotAffectTheNext() throws {
        let greedy = RandomProposer(seed: 5) { generator in
            let drawn = candidate(Int.random(in: 0..<1_000_000, using: &generator))
            for _ in 0..<drawn.parameters % 7 { _ = generator.next() }
            return drawn
        }
        #expect(try drain(greedy, atMost: 20) == drain(proposer(seed: 5, of: 1_000_000), atMost: 20))
    }

    @Test func passesErrorsOn() {
        var proposer = RandomProposer(seed: 0) { _ in throw FakeError(description: "no space") }
        #expect(throws: FakeError.self) { try proposer.next() }
    }
}
