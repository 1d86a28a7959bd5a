/// The parts of a search that share its time, in the order in which they run.
public enum BudgetPhase: String, Sendable, CaseIterable, Codable {
    case metaTraining = "meta-training"
    case scoring
    case validation
}

/// How a budget's time is divided among the phases: weights, of which only the proportions count.
public struct BudgetShares: Sendable, Hashable, Encodable {
    public let metaTraining: Double
    public let scoring: Double
    public let validation: Double

    /// - Throws: `InvalidBudgetShares` unless all are finite, none is negative and one is positive.
    public init(metaTraining: Double, scoring: Double, validation: Double) throws(InvalidBudgetShares) {
        let all = [metaTraining, scoring, validation]
        guard all.allSatisfy({ $0.isFinite && $0 >= 0 }), all.contains(where: { $0 > 0 }) else {
            throw InvalidBudgetShares(metaTraining: metaTraining, scoring: scoring, validation: validation)
        }
        self.metaTraining = metaTraining
        self.scoring = scoring
        self.validation = validation
    }

    /// The share of one phase, as a fraction of 1.
    public func fraction(of phase: BudgetPhase) -> Double {
        weight(of: phase) / (metaTraining + scoring + validation)
    }

    /// The same proportions with one phase left out: a finished teacher was given, or no validation is wanted.
    /// - Throws: `InvalidBudgetShares` when nothing is left.
    public func without(_ phase: BudgetPhase) throws(InvalidBudgetShares) -> BudgetShares {
        try BudgetShares(
            metaTraining: phase == .metaTraining ? 0 : metaTraining,
            scoring: phase == .scoring ? 0 : scoring,
            validation: phase == .validation ? 0 : validation)
    }

    private func weight(of phase: BudgetPhase) -> Double {
        switch phase {
        case .metaTraining: metaTraining
        case .scoring: scoring
        case .validation: validation
        }
    }

    private enum CodingKeys: String, CodingKey {
        case metaTraining = "meta_training"
        case scoring, validation
    }
}

/// Shares that cannot divide a budget.
public struct InvalidBudgetShares: Error, Hashable, CustomStringConvertible {
    public let metaTraining: Double
    public let scoring: Double
    public let validation: Double

    public var description: String {
        """
        The shares of meta-training (\(metaTraining)), scoring (\(scoring)) and validation (\(validation)) must not be negative, \
        and one must be above zero.
        """
    }
}
