extension LayerGraph {
    /// The indices of the nodes between the blocks of the network, in order: the last one is the input of the head.
    ///
    /// Every path from the image to the logits passes through each of these nodes. Between one and the next lies at least one layer with
    /// weights. Nodes of the head, from the first global pooling, `flatten` or classifier on, do not count.
    public var blockBoundaries: [Int] {
        var lastReaders = Array(nodes.indices)
        for (index, node) in nodes.enumerated() {
            for input in node.inputs { lastReaders[input] = index }
        }
        let head = nodes.firstIndex { [.globalAveragePool, .flatten].contains($0.layer) || $0.layer.isLinear } ?? nodes.count
        var boundaries: [Int] = []
        var reached = 0
        var weightsSinceLast = false
        for index in nodes.indices.prefix(head) {
            weightsSinceLast = weightsSinceLast || nodes[index].layer.hasWeights
            if reached <= index, index > 0 {
                // Nodes that only normalize or rectify belong to the block before them.
                if !weightsSinceLast, !boundaries.isEmpty { boundaries.removeLast() }
                boundaries.append(index)
                weightsSinceLast = false
            }
            reached = max(reached, lastReaders[index])
        }
        return boundaries
    }
}

extension Layer {
    fileprivate var isLinear: Bool {
        if case .linear = self { return true }
        return false
    }
}
