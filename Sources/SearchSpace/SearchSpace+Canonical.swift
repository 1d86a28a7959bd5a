import Basics

extension SearchSpace {
    /// The canonical form as text. It is `zero` for a network whose output does not depend on the image.
    ///
    /// Two architectures have equal texts exactly when they are the same function up to the naming of their instances. The text does not
    /// depend on the image or on settings such as width and number of cells.
    public func canonicalText(of architecture: Architecture) -> String {
        var position = 0
        var outcomes: [Int: CanonicalForm.Outcome] = [:]
        var parts: [String] = []
        for index in term.usedCells {
            let cell = term.cells[index]
            var form = CanonicalForm(decisions: architecture.decisions, from: position, labels, environment)
            let output = form.cell(labels.cells[index], inputs: cell.inputs)
            position = form.cursor
            outcomes[index] = cell.inputs > 1 ? .other : output == nil ? .zero : output == 0 ? .identity : .other
            if cell.hasChoices { parts.append("\(cell.name): \(CanonicalText.text(of: form, output: output, labels))") }
        }
        var network = CanonicalForm(decisions: architecture.decisions, from: position, labels, environment, cells: outcomes)
        guard let output = network.network(labels.network) else { return "zero" }
        if labels.networkHasChoices { parts.append("network: \(CanonicalText.text(of: network, output: output, labels))") }
        return parts.joined(separator: " | ")
    }

    /// The 64-bit hash of the canonical form, as 16 hexadecimal digits.
    public func hash(of architecture: Architecture) -> String {
        StableHash.hexadecimal(hashValue(of: architecture))
    }

    func hashValue(of architecture: Architecture) -> UInt64 {
        StableHash.of(canonicalText(of: architecture))
    }
}
