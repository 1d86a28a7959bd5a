import Basics
import Foundation
import SearchSpace

/// Latencies from a CSV file with the columns `architecture` and `latency_ms`, such as measurements on a device. Other columns are ignored.
public struct LatencyTable: LatencySource {
    public let name: String
    /// Milliseconds by hash; the mean over rows with the same hash.
    private let latencies: [String: Double]

    /// - Parameters:
    ///   - path: the path of the file.
    ///   - space: the space of the architectures.
    /// - Throws: `InputError` for a file that cannot be read.
    public init(path: String, space: SearchSpace) throws {
        // A changed table is another source, and a moved one is not.
        let content = (try? String(contentsOfFile: path, encoding: .utf8)).map { StableHash.hexadecimal(StableHash.of($0)) } ?? ""
        name = "the table \((path as NSString).lastPathComponent), content \(content)"
        let table = try CSV.Table(path: path, columns: ["architecture", "latency_ms"])
        var sums: [String: (total: Double, count: Int)] = [:]
        for row in table.rows {
            guard let number = Double(row.cells[1]), number > 0, number.isFinite else {
                throw table.refusal(row, "expected a latency in milliseconds, found '\(row.cells[1])'")
            }
            let hash = space.hash(of: try table.architecture(row, in: space))
            let sum = sums[hash] ?? (0, 0)
            sums[hash] = (sum.total + number, sum.count + 1)
        }
        latencies = sums.mapValues { $0.total / Double($0.count) }
    }

    public func milliseconds(of architecture: Architecture, in space: SearchSpace) -> Double? { latencies[space.hash(of: architecture)] }
}
