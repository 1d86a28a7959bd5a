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

    /// Returns the text of a cell, in quotes if it needs them.
    public static func quoted(_ cell: String) -> String {
        cell.contains { ",\"\n\r".contains($0) } ? "\"\(cell.replacingOccurrences(of: "\"", with: "\"\""))\"" : cell
    }
}
