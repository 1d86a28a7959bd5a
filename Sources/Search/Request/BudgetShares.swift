import Basics
import ResultStore

/// Weights that divide a budget among the phases of a run; only their proportions matter.
public struct BudgetShares: Sendable, Hashable, Codable {
    public var metaTraining: Double
    public var scoring: Double
    public var validation: Double

    public init(metaTraining: Double, scoring: Double, validation: Double) {
        self.metaTraining = metaTraining
        self.scoring = scoring
        self.validation = validation
    }

    /// The default: almost half for meta-training, little for scores, which are cheap, and the rest to validate a dozen candidates with
    /// enough epochs to distinguish them. Later phases get the time that a phase leaves unused.
    public static let standard = BudgetShares(metaTraining: 0.45, scoring: 0.15, validation: 0.40)

    /// Checks the weights.
    /// - Throws: `InvalidBudgetShares` unless all are finite, none is negative and at least one is positive.
    public func check() throws(InvalidBudgetShares) {
        let all = [metaTraining, scoring, validation]
        guard all.allSatisfy({ $0.isFinite && $0 >= 0 }), all.contains(where: { $0 > 0 }) else {
            throw InvalidBudgetShares(shares: self)
        }
    }

    /// Returns the share of a phase as a fraction of 1; preparation and report have none.
    public func fraction(of phase: RunPhase) -> Double {
        weight(of: phase) / (metaTraining + scoring + validation)
    }

    /// Returns the same proportions without one phase, for example if a teacher is given or nothing is validated.
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

/// The text form: `0.45,0.15,0.40`.
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
        be negative, and at least one must be positive.
        """
    }
}
