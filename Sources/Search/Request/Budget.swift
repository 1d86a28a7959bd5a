import ResultStore
import Basics

/// The time budget of a whole search, interruptions and resumptions included.
///
/// Phases run one after another. A phase must end when the shares of all phases up to it are used up, so later phases get the time that
/// earlier ones leave unused. A resumed search continues with the unused part of each share.
public struct Budget: Sendable {
    /// The whole budget, in seconds.
    public let seconds: Double
    /// Seconds that the same search spent before it was interrupted.
    public let alreadySpent: Double
    /// Seconds reserved at the end for statistics and the report.
    public let reserve: Double
    public let shares: BudgetShares
    public let clock: any WallClock
    /// Time on the clock at which the search started or was resumed.
    public let startedAt: Double

    /// - Parameters:
    ///   - seconds: the whole budget.
    ///   - shares: how the budget is divided among phases.
    ///   - alreadySpent: seconds spent before an interruption.
    ///   - reserve: seconds reserved for the report; by default 2 % of the budget, at most 10 s.
    ///   - startedAt: time on the clock at which the search started; by default now.
    ///   - clock: the clock that measures the budget.
    /// - Throws: `InvalidBudget` unless the budget is positive, finite and longer than the reserve, and no time is negative.
    public init(
        seconds: Double, shares: BudgetShares, alreadySpent: Double = 0, reserve: Double? = nil,
        startedAt: Double? = nil, clock: any WallClock = SystemClock()
    ) throws(InvalidBudget) {
        let reserve = reserve ?? min(10, 0.02 * seconds)
        guard seconds.isFinite, seconds > 0, alreadySpent >= 0, reserve >= 0, reserve < seconds else {
            throw InvalidBudget(seconds: seconds, alreadySpent: alreadySpent, reserve: reserve)
        }
        self.seconds = seconds
        self.alreadySpent = alreadySpent
        self.reserve = reserve
        self.shares = shares
        self.clock = clock
        self.startedAt = startedAt ?? clock.now()
    }

    /// Seconds spent so far, including time before interruptions.
    public var elapsed: Double { alreadySpent + clock.now() - startedAt }

    /// Seconds left of the whole budget; never negative.
    public var remaining: Double { max(0, seconds - elapsed) }

    /// Returns the deadline of a phase:
    /// (seconds − reserve) · (sum of the shares up to and including the phase) − seconds already spent, from `startedAt`.
    /// - Parameters:
    ///   - phase: the phase.
    ///   - cancellation: ends the phase before its deadline.
    public func deadline(for phase: RunPhase, cancellation: Cancellation? = nil) -> Deadline {
        let phases = RunPhase.allCases.prefix { $0 != phase } + [phase]
        let share = phases.reduce(0) { $0 + shares.fraction(of: $1) }
        let end = startedAt - alreadySpent + (seconds - reserve) * min(1, share)
        return Deadline(at: end, clock: clock, cancellation: cancellation)
    }
}

/// A budget that is not positive, or not longer than its reserve.
public struct InvalidBudget: InputMistake, Hashable {
    public let seconds: Double
    public let alreadySpent: Double
    public let reserve: Double

    public var description: String {
        seconds > 0 && seconds.isFinite
            ? """
            A budget of \(seconds) s must exceed the \(reserve) s reserved for the report; neither the reserve nor the \(alreadySpent) s \
            already spent may be negative.
            """
            : "A budget must be positive and finite, not \(seconds) s."
    }
}
