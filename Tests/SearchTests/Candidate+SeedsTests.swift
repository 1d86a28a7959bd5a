import Search
import Testing

struct CandidateSeedsTests {
    @Test func seedsDifferByRunCandidateAndPurpose() {
        let seeds = (0..<50).flatMap { number in
            (0..<3).flatMap { [candidate(number).evaluationSeed(run: $0), candidate(number).validationSeed(run: $0)] }
        }
        #expect(Set(seeds).count == 300)
    }

    @Test func seedDependsOnlyOnTheHash() {
        var other = candidate(1)
        other.architecture = "written differently"
        #expect(other.evaluationSeed(run: 9) == candidate(1).evaluationSeed(run: 9))
    }
}
