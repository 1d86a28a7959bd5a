import Search
import Testing

struct ListProposerTests {
    @Test func keepsOrderAndDropsRepeats() {
        var proposer = ListProposer([candidate(2), candidate(1), candidate(2), candidate(3)])
        #expect(proposer.next() == candidate(2))
        #expect(proposer.next() == candidate(1))
        #expect(proposer.next() == candidate(3))
        #expect(proposer.next() == nil)
    }
}
