import ArgumentParser
import Basics
import GTN
import Search

extension ScoreCriterion: ExpressibleByArgument {}
extension Proxy: ExpressibleByArgument {}
extension Strategy: ExpressibleByArgument {}
extension TimeSpan: ExpressibleByArgument {}
extension BudgetShares: ExpressibleByArgument {}
