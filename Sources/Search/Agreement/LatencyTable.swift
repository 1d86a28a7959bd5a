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
        let table = try CSV.Table(path: path, columns: ["architecture", "latency_ms"])
        // A changed table is another source, and a moved one is not.
        name = "the table \((path as NSString).lastPathComponent), content \(table.contentHash)"
        let measured = try table.rows.map { row in
            guard let number = Double(row.cells[1]), number > 0, number.isFinite else {
                throw table.refusal(row, "expected a latency in milliseconds, found '\(row.cells[1])'")
            }
            return (hash: space.hash(of: try table.architecture(row, in: space)), value: number)
        }
        latencies = CSV.Table.means(measured)
    }

    /// The error of a search with a fitted setting.
    static func refusal(fit: String) -> InputError {
        InputError(
            """
            \(setting: "fit") \(fit): a \(setting: "latency-table") has one latency per architecture and not one for each value of \
            \(fit); omit one of them, or use \(setting: "latency-command")
            """)
    }

    public func milliseconds(of architecture: Architecture, in space: SearchSpace) -> Double? { latencies[space.hash(of: architecture)] }
}
