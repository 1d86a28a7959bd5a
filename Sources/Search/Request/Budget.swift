import ResultStore
import Basics

/// The time a whole search may take, kept over interruptions.
///
/// Phases run one after the other. Each ends where the shares of it and all before it end, so time that an earlier phase
/// left unused goes to the later ones, and a resumed search gives each phase what is left of its part.
public struct Budget: Sendable {
    /// The whole budget, in seconds.
    public let seconds: Double
    /// Seconds spent by earlier runs of the same search.
    public let alreadySpent: Double
    /// Seconds at the end that no phase gets: the statistics and the report.
    public let reserve: Double
    public let shares: BudgetShares
    public let clock: any WallClock
    /// Time on the clock at which this run began.
    public let startedAt: Double

    /// - Parameters:
    ///   - seconds: all of the budget.
    ///   - shares: what part of it each phase has.
    ///   - alreadySpent: seconds that earlier starts of the run have used.
    ///   - reserve: by default 2 % of the budget, at most 10 s.
    ///   - startedAt: by default now.
    ///   - clock: tells the time.
    /// - Throws: `InvalidBudget` unless the budget is positive and finite and exceeds the reserve, and nothing is negative.
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

    /// Seconds spent so far, earlier runs included.
    public var elapsed: Double { alreadySpent + clock.now() - startedAt }

    /// Seconds left of the whole budget, never negative.
    public var remaining: Double { max(0, seconds - elapsed) }

    /// The moment at which a phase must have ended:
    /// (seconds − reserve) · (sum of the shares up to and including the phase), less what earlier runs spent.
    public func deadline(for phase: RunPhase, cancellation: Cancellation? = nil) -> Deadline {
        let phases = RunPhase.allCases.prefix { $0 != phase } + [phase]
        let share = phases.reduce(0) { $0 + shares.fraction(of: $1) }
        let end = startedAt - alreadySpent + (seconds - reserve) * min(1, share)
        return Deadline(at: end, clock: clock, cancellation: cancellation)
    }
}

/// A budget that no search can keep.
public struct InvalidBudget: InputMistake, Hashable {
    public let seconds: Double
    public let alreadySpent: Double
    public let reserve: Double

    public var description: String {
        seconds > 0 && seconds.isFinite
            ? "A budget of \(seconds) s with \(alreadySpent) s already spent and \(reserve) s kept for the report cannot be kept."
            : "A budget must be longer than zero, not \(seconds) s."
    }
}
