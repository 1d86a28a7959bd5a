import Basics
import Foundation
import GTN
import RankStatistics

/// Scores of any origin beside real accuracies, from a CSV file with the columns `architecture`, `score` and a column of accuracies. Every
/// row is one candidate.
///
/// The columns `parameters`, `macs`, `memory` and `latency_ms` are costs, and these and columns with the name of an untrained score are
/// free baselines. Other columns are ignored.
public struct ScoreTable: Sendable {
    static let scoreColumn = "score"
    private static let costColumns = CostKind.allCases.map { (kind: $0, column: $0 == .latency ? "latency_ms" : $0.rawValue) }

    /// The path of the file.
    public let path: String
    /// The unit of the column of accuracies.
    public let unit: AccuracyTable.Unit
    private let rows: [CorrelationPair]

    /// - Parameters:
    ///   - path: the path of the file.
    ///   - column: the name of the column of accuracies.
    public init(path: String, column: String = AccuracyTable.standardColumn) throws {
        let header = try CSV.Table.header(path: path)
        let baselines =
            (Self.costColumns.map { ($0.kind.rawValue, $0.column) } + UntrainedScore.allCases.map { ($0.rawValue, $0.rawValue) })
            .filter { header.contains($0.1) }
        let table = try CSV.Table(path: path, columns: ["architecture", Self.scoreColumn, column] + baselines.map(\.1))
        let numbers = try table.rows.map { row in
            try row.cells.dropFirst().enumerated().map { place, cell -> Double? in
                // An empty cell of a baseline is a score that the network does not define.
                if cell.isEmpty, place > 1 { return nil }
                guard let number = Double(cell), number.isFinite, place != 1 || (0...100).contains(number) else {
                    throw table.refusal(
                        row,
                        place == 1
                            ? "expected an accuracy from 0 to 1 or in percent, found '\(cell)'" : "expected a number, found '\(cell)'")
                }
                return number
            }
        }
        guard numbers.count > 1 else {
            throw InputError("\(path): has \(numbers.count == 1 ? "one candidate" : "no candidates"); expected at least two")
        }
        let unit: AccuracyTable.Unit = numbers.contains { $0[1]! > 1 } ? .percent : .fraction
        (self.path, self.unit) = (path, unit)
        rows = zip(table.rows, numbers).map { row, numbers in
            var known: [String: Double] = [:]
            for (place, baseline) in baselines.enumerated() { known[baseline.0] = numbers[place + 2] }
            return CorrelationPair(
                hash: row.cells[0], score: numbers[0]!, accuracy: unit == .percent ? numbers[1]! / 100 : numbers[1]!, baselines: known)
        }
    }

    /// The first cost that every row has; MACs if there is none.
    var cost: CostKind {
        [.macs, .parameters, .memory, .latency].first { cost in rows.allSatisfy { $0.baselines[cost.rawValue] != nil } } ?? .macs
    }

    func pairs(cost: CostKind) -> [CorrelationPair] {
        var pairs = rows
        for index in pairs.indices { pairs[index].cost = pairs[index].baselines[cost.rawValue] }
        KnownScores.addAggregate(to: &pairs)
        // A score is not a baseline of itself.
        let names = Set(pairs.flatMap(\.baselines.keys)).filter { name in pairs.allSatisfy { $0.baselines[name] == $0.score } }
        for index in pairs.indices { for name in names { pairs[index].baselines[name] = nil } }
        return pairs
    }
}
