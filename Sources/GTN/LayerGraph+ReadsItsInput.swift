import SearchSpace

extension LayerGraph {
    /// Whether the output depends on the input image.
    public var readsItsInput: Bool {
        var reads = [Bool](repeating: false, count: nodes.count)
        for (index, node) in nodes.enumerated() {
            reads[index] = node.layer == .input || node.layer != .zero && node.inputs.contains { reads[$0] }
        }
        return reads[output]
    }
}
