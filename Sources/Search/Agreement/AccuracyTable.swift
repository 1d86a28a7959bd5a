import Basics
import Foundation
import SearchSpace

/// Accuracies of architectures, read from a CSV file with the columns `architecture` and `accuracy`. Other columns are ignored.
public struct AccuracyTable {
    /// Accuracies by hash of the canonical form, as fractions of 1; the mean over rows with the same hash.
    public let accuracies: [String: Double]
    /// One architecture per hash with its accuracy, in the order of the table.
    public let architectures: [(architecture: Architecture, accuracy: Double)]

    public init(path: String, space: SearchSpace) throws {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw InputError("\(path): cannot be read as text; expected a CSV file with the columns architecture,accuracy")
        }
        let rows = try CSV.rows(text, path: path)
        guard let header = rows.first, let name = header.cells.firstIndex(of: "architecture"),
            let value = header.cells.firstIndex(of: "accuracy")
        else { throw InputError("\(path):1: error: expected a header with the columns architecture and accuracy") }
        var sums: [String: (total: Double, count: Int)] = [:]
        var first: [(architecture: Architecture, hash: String)] = []
        for row in rows.dropFirst() {
            func refuse(_ problem: String) -> InputError { InputError("\(path):\(row.line): error: \(problem)") }
            guard row.cells.count == header.cells.count else {
                throw refuse(
                    """
                    expected \(header.cells.count) cells as in the header, found \(row.cells.count); enclose an architecture that contains \
                    commas in double quotes
                    """)
            }
            guard let number = Double(row.cells[value]), (0...100).contains(number) else {
                throw refuse("expected an accuracy from 0 to 1 or in percent, found '\(row.cells[value])'")
            }
            do {
                let architecture = try space.architecture(row.cells[name])
                let hash = space.hash(of: architecture)
                if sums[hash] == nil { first.append((architecture, hash)) }
                let sum = sums[hash] ?? (0, 0)
                sums[hash] = (sum.total + (number > 1 ? number / 100 : number), sum.count + 1)
            } catch  where error is NotationError || error is RequirementError {
                throw refuse("\(error)")
            }
        }
        let means = sums.mapValues { $0.total / Double($0.count) }
        accuracies = means
        architectures = first.map { ($0.architecture, means[$0.hash]!) }
    }
}
