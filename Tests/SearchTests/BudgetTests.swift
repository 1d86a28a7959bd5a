@testable import Search
import TestSupport
import Testing

struct BudgetTests {
    private let clock = FakeClock()
    private let shares = BudgetShares(metaTraining: 5, scoring: 2, validation: 3)

    @Test func measuresTimeByTheClock() throws {
        let budget = try Budget(seconds: 100, shares: shares, clock: clock)
        clock.advance(30)
        #expect(budget.elapsed == 30)
        #expect(budget.remaining == 70)
        clock.advance(100)
        #expect(budget.remaining == 0)
    }

    @Test func phasesEndOneAfterAnother() throws {
        let budget = try Budget(seconds: 110, shares: shares, reserve: 10, clock: clock)
        #expect(abs(budget.deadline(for: .metaTraining).remaining - 50) < 1e-9)
        #expect(abs(budget.deadline(for: .scoring).remaining - 70) < 1e-9)
        #expect(abs(budget.deadline(for: .validation).remaining - 100) < 1e-9)
    }

    @Test func timeBeforeAResumptionCounts() throws {
        let budget = try Budget(seconds: 100, shares: shares, alreadySpent: 60, reserve: 0, clock: clock)
        #expect(budget.remaining == 40)
        #expect(budget.deadline(for: .metaTraining).isReached)
        #expect(abs(budget.deadline(for: .scoring).remaining - 10) < 1e-9)
    }

    @Test func timeSinceTheStartCounts() throws {
        let budget = try Budget(seconds: 100, shares: shares, startedAt: clock.now() - 5, clock: clock)
        #expect(budget.elapsed == 5)
    }

    @Test func reserveIsTwoPercentUpToTenSeconds() throws {
        #expect(try Budget(seconds: 100, shares: shares, clock: clock).reserve == 2)
        #expect(try Budget(seconds: 3_600, shares: shares, clock: clock).reserve == 10)
    }

    @Test(arguments: [0, -1, .infinity, .nan]) func refusesInvalidSeconds(_ seconds: Double) throws {
        #expect(throws: InvalidBudget.self) { try Budget(seconds: seconds, shares: shares) }
    }

    @Test func omittedPhaseLeavesItsShareToOthers() throws {
        let rest = shares.without(.metaTraining)
        #expect(rest.fraction(of: .metaTraining) == 0)
        #expect(rest.fraction(of: .scoring) == 0.4)
    }

    @Test func refusesInvalidShares() throws {
        try shares.check()
        for (metaTraining, scoring, validation) in [(0.0, 0.0, 0.0), (-1, 1, 1), (.infinity, 1, 1)] {
            let shares = BudgetShares(metaTraining: metaTraining, scoring: scoring, validation: validation)
            #expect(throws: InvalidBudgetShares(shares: shares)) { try shares.check() }
        }
    }

    @Test func sharesHaveATextForm() {
        #expect(BudgetShares("0.5,0.25,0.25")?.description == "0.5,0.25,0.25")
        for text in ["", "1,2", "1,2,3,4", "1,,2", "a,b,c"] { #expect(BudgetShares(text) == nil) }
    }
}
