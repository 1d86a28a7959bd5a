import ArgumentParser
import Basics
import GTN
import Search

extension ScoreCriterion: ExpressibleByArgument {}
extension Proxy: ExpressibleByArgument {}
extension Strategy: ExpressibleByArgument {}

extension TimeSpan: ExpressibleByArgument {}

/// A budget's division as users write it: `0.45,0.15,0.40`.
extension BudgetShares: ExpressibleByArgument {
    public init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
        guard parts.count == 3 else { return nil }
        self.init(metaTraining: parts[0], scoring: parts[1], validation: parts[2])
    }

    public var defaultValueDescription: String { "\(metaTraining),\(scoring),\(validation)" }
}
