import Basics
import Foundation
import SearchSpace

/// Accuracies of architectures, read from a CSV file with the column `architecture` and a column of accuracies. For candidates with a
/// fitted setting, it also needs a column with the values of the setting. Other columns are ignored.
public struct AccuracyTable {
    /// The name of the column of accuracies, unless another is chosen.
    public static let standardColumn = "accuracy"

    /// The unit of a column of accuracies. It is decided for the whole column: percent if any number is above 1.
    public enum Unit: String, Sendable {
        case fraction = "fractions of 1"
        case percent

        init(of numbers: [Double]) { self = numbers.contains { $0 > 1 } ? .percent : .fraction }

        /// Returns a number of the column as a fraction of 1.
        func fraction(of number: Double) -> Double { self == .percent ? number / 100 : number }
    }

    /// The path of the file.
    public let path: String
    /// The unit of the column.
    public let unit: Unit
    /// The hash of the canonical form and the accuracy of every row, as a fraction of 1, in the order of the table.
    public let rows: [(hash: String, accuracy: Double)]
    /// Accuracies by hash, as fractions of 1; the mean over rows with the same hash.
    public let accuracies: [String: Double]
    /// One architecture per hash with the fitted values of settings and its accuracy, in the order of the table.
    public let architectures: [(architecture: Architecture, values: [String: Int]?, accuracy: Double)]

    /// - Parameters:
    ///   - path: the path of the file.
    ///   - column: the name of the column of accuracies.
    ///   - space: the space of the architectures.
    ///   - fit: the name of the fitted setting; nil if none is fitted.
    public init(path: String, column: String = standardColumn, space: SearchSpace, fit: String? = nil) throws {
        let table = try CSV.Table(path: path, columns: ["architecture", column] + (fit.map { [$0] } ?? []))
        let numbers = try table.rows.map { try table.accuracy($0, cell: 1) }
        let read = try table.rows.map { row in
            let architecture = try table.architecture(row, in: space)
            let values = try fit.map { try [$0: table.value(of: $0, row, cell: 2)] }
            try values.map { try table.check(architecture, row, at: $0, in: space) }
            let hash = space.hash(of: architecture)
            return (architecture: architecture, values: values, hash: values.map { SearchSpace.hash(hash, values: $0) } ?? hash)
        }
        let unit = Unit(of: numbers)
        let rows = zip(read, numbers).map { (hash: $0.hash, accuracy: unit.fraction(of: $1)) }
        let means = CSV.Table.means(rows.map { ($0.hash, $0.accuracy) })
        (self.path, self.unit, self.rows, accuracies) = (path, unit, rows, means)
        var seen: Set<String> = []
        architectures = read.filter { seen.insert($0.hash).inserted }.map { ($0.architecture, $0.values, means[$0.hash]!) }
    }
}

extension CSV.Table {
    /// Reads an accuracy, whose unit depends on the rest of its column.
    func accuracy(_ row: CSV.Row, cell: Int) throws -> Double {
        guard let number = Double(row.cells[cell]), (0...100).contains(number) else {
            throw refusal(row, "expected an accuracy from 0 to 1 or in percent, found '\(row.cells[cell])'")
        }
        return number
    }

    /// Reads the value of a fitted setting.
    func value(of setting: String, _ row: CSV.Row, cell: Int) throws -> Int {
        guard let value = Int(row.cells[cell]), value > 0 else {
            throw refusal(row, "expected a value of \(setting), a whole number from 1 on, found '\(row.cells[cell])'")
        }
        return value
    }

    /// Refuses a row whose network does not exist at the fitted values of settings.
    func check(_ architecture: Architecture, _ row: CSV.Row, at values: [String: Int], in space: SearchSpace) throws {
        guard let scaled = try? space.with(values: values), scaled.satisfiesRequirements(architecture) else {
            let settings = values.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
            throw refusal(row, "\(row.cells[0]) is no network of \(space.name) with \(settings)")
        }
    }

    /// The mean of the values with each hash.
    static func means(_ values: [(hash: String, value: Double)]) -> [String: Double] {
        Dictionary(grouping: values, by: \.hash).mapValues { rows in rows.reduce(0) { $0 + $1.value } / Double(rows.count) }
    }

    /// Reads the architecture in a row's first cell.
    func architecture(_ row: CSV.Row, in space: SearchSpace) throws -> Architecture {
        do {
            return try space.architecture(row.cells[0])
        } catch  where error is NotationError || error is RequirementError {
            throw refusal(row, "\(error)")
        }
    }
}
