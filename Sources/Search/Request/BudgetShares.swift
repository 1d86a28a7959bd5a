import Basics
import ResultStore

/// How a budget's time is divided among the phases of a run: weights, of which only the proportions count.
public struct BudgetShares: Sendable, Hashable, Codable {
    public var metaTraining: Double
    public var scoring: Double
    public var validation: Double

    public init(metaTraining: Double, scoring: Double, validation: Double) {
        self.metaTraining = metaTraining
        self.scoring = scoring
        self.validation = validation
    }

    /// About half for a teacher worth having, little for scores, which are cheap, and the rest to train a dozen candidates long enough to
    /// tell them apart. A phase passes on what it leaves unused.
    public static let standard = BudgetShares(metaTraining: 0.45, scoring: 0.15, validation: 0.40)

    /// - Throws: `InvalidBudgetShares` unless all are finite, none is negative and one is positive.
    public func check() throws(InvalidBudgetShares) {
        let all = [metaTraining, scoring, validation]
        guard all.allSatisfy({ $0.isFinite && $0 >= 0 }), all.contains(where: { $0 > 0 }) else {
            throw InvalidBudgetShares(shares: self)
        }
    }

    /// The share of a phase, as a fraction of 1; preparation and report have none.
    public func fraction(of phase: RunPhase) -> Double {
        weight(of: phase) / (metaTraining + scoring + validation)
    }

    /// The same proportions with one phase left out: a finished teacher was given, or no validation is wanted.
    public func without(_ phase: RunPhase) -> BudgetShares {
        BudgetShares(
            metaTraining: phase == .metaTraining ? 0 : metaTraining,
            scoring: phase == .scoring ? 0 : scoring,
            validation: phase == .validation ? 0 : validation)
    }

    private func weight(of phase: RunPhase) -> Double {
        switch phase {
        case .metaTraining: metaTraining
        case .scoring: scoring
        case .validation: validation
        case .preparation, .report: 0
        }
    }
}

/// As users write them: `0.45,0.15,0.40`.
extension BudgetShares: LosslessStringConvertible {
    public init?(_ description: String) {
        let parts = description.split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
        guard parts.count == 3 else { return nil }
        self.init(metaTraining: parts[0], scoring: parts[1], validation: parts[2])
    }

    public var description: String { "\(metaTraining),\(scoring),\(validation)" }
}

/// Shares that cannot divide a budget.
public struct InvalidBudgetShares: InputMistake, Hashable {
    public let shares: BudgetShares

    public var description: String {
        """
        The shares of meta-training (\(shares.metaTraining)), scoring (\(shares.scoring)) and validation (\(shares.validation)) must not \
        be negative, and one must be above zero.
        """
    }
}
