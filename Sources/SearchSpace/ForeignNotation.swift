/// How a benchmark writes the architectures of a space; the labels of the alternatives are its own.
///
/// NAS-Bench-201: for each value of the cell, the operation on each earlier one: `|nor_conv_3x3~0|+|none~0|skip_connect~1|+|…|`.
struct ForeignNotation: Sendable {
    static let nasBench201 = "nas-bench-201"

    /// Labels of the choice on each edge, value by value; value i has i + 1 edges.
    let edges: [[[String]]]

    /// nil when a value is not the sum of one choice on each earlier value, in order.
    init?(_ cell: CellTerm) {
        guard cell.inputs == 1, case .variable(cell.statements.count) = cell.result.term else { return nil }
        var edges: [[[String]]] = []
        for (index, statement) in cell.statements.enumerated() {
            let terms = if case .sum(let terms, _) = statement.term { terms } else { [statement.term] }
            guard terms.count == index + 1 else { return nil }
            var labels: [[String]] = []
            for (source, term) in terms.enumerated() {
                guard case .scope(_, .chain(let links)) = term, links.count == 2, case .variable(source) = links[0],
                    case .choice(let options, let names, _) = links[1], !options.contains(where: \.hasChoices)
                else { return nil }
                labels.append(names)
            }
            edges.append(labels)
        }
        self.edges = edges
    }

    func text(of decisions: [UInt16]) -> String {
        var position = 0
        return edges.map { sources in
            let tokens = sources.enumerated().map { source, labels in
                defer { position += 1 }
                return "\(labels[Int(decisions[position])])~\(source)"
            }
            return "|\(tokens.joined(separator: "|"))|"
        }.joined(separator: "+")
    }

    func decisions(_ text: String, space: String) throws -> [UInt16] {
        var reader = NotationReader(text, space: space)
        for (index, sources) in edges.enumerated() {
            if index > 0 { try reader.expect("+") }
            try reader.expect("|")
            for (source, labels) in sources.enumerated() {
                reader.append(try reader.word(of: labels, endingAt: "~|+"))
                try reader.expect("~\(source)|")
            }
        }
        try reader.expectEnd()
        return reader.decisions
    }
}
