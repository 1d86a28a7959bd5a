import Basics
import Foundation

/// Comma-separated values (RFC 4180).
public enum CSV {
    struct Row {
        /// The row's first line, counted from 1.
        let line: Int
        var cells: [String]
    }

    /// The rows of a text; empty lines are skipped.
    static func rows(_ text: String, path: String) throws -> [Row] {
        var rows: [Row] = []
        var (cells, cell) = ([String](), "")
        var (line, start, isQuoted) = (1, 1, false)
        func endRow() {
            cells.append(cell)
            if cells != [""] { rows.append(Row(line: start, cells: cells)) }
            (cells, cell) = ([], "")
        }
        var rest = text[...]
        while let character = rest.popFirst() {
            if character.isNewline { line += 1 }
            if isQuoted {
                if character != "\"" {
                    cell.append(character)
                } else if rest.first == "\"" {
                    cell.append(rest.removeFirst())
                } else {
                    isQuoted = false
                }
            } else if character == "\"", cell.isEmpty {
                isQuoted = true
            } else if character == "," {
                cells.append(cell)
                cell = ""
            } else if character.isNewline {
                endRow()
                start = line
            } else {
                cell.append(character)
            }
        }
        guard !isQuoted else { throw InputError("\(path):\(start): error: missing closing quote") }
        endRow()
        return rows
    }

    /// Some columns of a file with a header.
    struct Table {
        let path: String
        /// The rows below the header, with the cells of the chosen columns only.
        let rows: [Row]

        /// The optional columns that the file has.
        let present: [String]
        /// A hash of the file's text.
        let contentHash: String

        /// - Parameters:
        ///   - path: the path of the file.
        ///   - columns: the names of the columns to read, all of which the header must have.
        ///   - optional: the names of columns to read after these, if the header has them.
        /// - Throws: `InputError` for a file that cannot be read or lacks a column.
        init(path: String, columns: [String], optional: [String] = []) throws {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw InputError("\(path): cannot be read as text; expected a CSV file")
            }
            let all = try CSV.rows(text, path: path)
            let present = optional.filter { all.first?.cells.contains($0) == true }
            guard let header = all.first, case let places = (columns + present).map({ header.cells.firstIndex(of: $0) }),
                !places.contains(nil)
            else { throw InputError("\(path):1: error: expected a header with the columns \(columns.list())") }
            (self.path, self.present, contentHash) = (path, present, StableHash.hexadecimal(StableHash.of(text)))
            rows = try all.dropFirst().map { row in
                guard row.cells.count == header.cells.count else {
                    throw Self.refusal(
                        path, row,
                        """
                        expected \(header.cells.count) cells as in the header, found \(row.cells.count); enclose an architecture that \
                        contains commas in double quotes
                        """)
                }
                return Row(line: row.line, cells: places.map { row.cells[$0!] })
            }
        }

        /// An error in a row.
        func refusal(_ row: Row, _ problem: String) -> InputError { Self.refusal(path, row, problem) }

        private static func refusal(_ path: String, _ row: Row, _ problem: String) -> InputError {
            InputError("\(path):\(row.line): error: \(problem)")
        }
    }

    /// Returns the text of a cell, in quotes if it needs them.
    public static func quoted(_ cell: String) -> String {
        cell.contains { ",\"\n\r".contains($0) } ? "\"\(cell.replacingOccurrences(of: "\"", with: "\"\""))\"" : cell
    }
}
