import Basics
import Foundation
import SearchSpace

/// Accuracies of architectures, read from a CSV file with the column `architecture` and a column of accuracies. Other columns are ignored.
public struct AccuracyTable {
    /// The name of the column of accuracies, unless another is chosen.
    public static let standardColumn = "accuracy"

    /// The unit of a column of accuracies. It is decided for the whole column: percent if any number is above 1.
    public enum Unit: String, Sendable {
        case fraction = "fractions of 1"
        case percent
    }

    /// The path of the file.
    public let path: String
    /// The unit of the column.
    public let unit: Unit
    /// The hash of the canonical form and the accuracy of every row, as a fraction of 1, in the order of the table.
    public let rows: [(hash: String, accuracy: Double)]
    /// Accuracies by hash, as fractions of 1; the mean over rows with the same hash.
    public let accuracies: [String: Double]
    /// One architecture per hash with its accuracy, in the order of the table.
    public let architectures: [(architecture: Architecture, accuracy: Double)]

    /// - Parameters:
    ///   - path: the path of the file.
    ///   - column: the name of the column of accuracies.
    ///   - space: the space of the architectures.
    public init(path: String, column: String = standardColumn, space: SearchSpace) throws {
        let table = try CSV.Table(path: path, columns: ["architecture", column])
        var read: [(architecture: Architecture, hash: String, number: Double)] = []
        for row in table.rows {
            guard let number = Double(row.cells[1]), (0...100).contains(number) else {
                throw table.refusal(row, "expected an accuracy from 0 to 1 or in percent, found '\(row.cells[1])'")
            }
            let architecture = try table.architecture(row, in: space)
            read.append((architecture, space.hash(of: architecture), number))
        }
        let unit: Unit = read.contains { $0.number > 1 } ? .percent : .fraction
        let rows = read.map { (hash: $0.hash, accuracy: unit == .percent ? $0.number / 100 : $0.number) }
        var sums: [String: (total: Double, count: Int)] = [:]
        var first: [(architecture: Architecture, hash: String)] = []
        for (row, read) in zip(rows, read) {
            if sums[row.hash] == nil { first.append((read.architecture, row.hash)) }
            let sum = sums[row.hash] ?? (0, 0)
            sums[row.hash] = (sum.total + row.accuracy, sum.count + 1)
        }
        let means = sums.mapValues { $0.total / Double($0.count) }
        (self.path, self.unit, self.rows, accuracies) = (path, unit, rows, means)
        architectures = first.map { ($0.architecture, means[$0.hash]!) }
    }
}

extension CSV.Table {
    /// Reads the architecture in a row's first cell.
    func architecture(_ row: CSV.Row, in space: SearchSpace) throws -> Architecture {
        do {
            return try space.architecture(row.cells[0])
        } catch  where error is NotationError || error is RequirementError {
            throw refusal(row, "\(error)")
        }
    }
}
