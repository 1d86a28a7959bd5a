import Basics
import SearchSpace

/// Latencies from a CSV file with the columns `architecture` and `latency_ms`, such as measurements on a device. Other columns are ignored.
public struct LatencyTable: LatencySource {
    public let name: String
    /// Milliseconds by hash; the mean over rows with the same hash.
    private let latencies: [String: Double]

    public init(path: String, space: SearchSpace) throws {
        name = path
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
