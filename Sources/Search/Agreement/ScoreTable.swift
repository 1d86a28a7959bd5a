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
    /// The names of baselines by column.
    private static let baselines = Dictionary(
        uniqueKeysWithValues: CostKind.allCases.map { ($0 == .latency ? "latency_ms" : $0.rawValue, $0.rawValue) }
            + UntrainedScore.allCases.map { ($0.rawValue, $0.rawValue) })

    /// The path of the file.
    public let path: String
    /// The unit of the column of accuracies.
    public let unit: AccuracyTable.Unit
    private let rows: [CorrelationPair]

    /// - Parameters:
    ///   - path: the path of the file.
    ///   - column: the name of the column of accuracies.
    public init(path: String, column: String = AccuracyTable.standardColumn) throws {
        let table = try CSV.Table(
            path: path, columns: ["architecture", Self.scoreColumn, column], optional: Self.baselines.keys.sorted())
        func number(_ row: CSV.Row, _ cell: Int) throws -> Double {
            guard let number = Double(row.cells[cell]), number.isFinite else {
                throw table.refusal(row, "expected a number, found '\(row.cells[cell])'")
            }
            return number
        }
        guard table.rows.count > 1 else {
            throw InputError("\(path): has \(table.rows.isEmpty ? "no candidates" : "one candidate"); expected at least two")
        }
        let accuracies = try table.rows.map { try table.accuracy($0, cell: 2) }
        let unit = AccuracyTable.Unit(of: accuracies)
        (self.path, self.unit) = (path, unit)
        rows = try zip(table.rows, accuracies).map { row, accuracy in
            var known: [String: Double] = [:]
            // An empty cell is a score that the network does not define.
            for (place, column) in table.present.enumerated() where !row.cells[place + 3].isEmpty {
                known[Self.baselines[column]!] = try number(row, place + 3)
            }
            return CorrelationPair(
                hash: row.cells[0], score: try number(row, 1), accuracy: unit.fraction(of: accuracy), baselines: known)
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
