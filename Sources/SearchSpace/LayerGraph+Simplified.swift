extension LayerGraph {
    /// The longest flattened sum. A value doubled in every cell would become a sum of thousands of terms, so longer sums stay nested.
    private static let mostAddends = 32

    /// The same function in canonical form. Remaining layers keep their names.
    ///
    /// Any operation on zero gives zero, except the classifier, which still adds its bias. Identities and unused nodes are removed. Nested
    /// sums are flattened, without zeros. Equal parameter-free layers with the same input are merged.
    func simplified() -> LayerGraph {
        var result: [Node] = []
        var meaning: [Int] = []
        var known: [Layer: [[Int]: Int]] = [:]
        // Merges equal nodes and keeps the name of the first.
        func share(_ node: Node) -> Int {
            if node.layer.traits.isFunctionOfItsInputs {
                if let earlier = known[node.layer]?[node.inputs], result[earlier].output == node.output { return earlier }
                known[node.layer, default: [:]][node.inputs] = result.count
            }
            result.append(node)
            return result.count - 1
        }
        for node in nodes {
            let inputs = node.inputs.map { meaning[$0] }
            func itself() -> Int { share(Node(node.layer, inputs: inputs, output: node.output, name: node.name)) }
            func zero() -> Int { share(Node(.zero, inputs: [0], output: node.output, name: node.name)) }
            func isZero(_ index: Int) -> Bool { result[index].layer == .zero }
            let value: Int
            switch node.layer.traits.simplification {
            case .vanishes: value = inputs[0]
            case .isZero: value = zero()
            case .isSum:
                var terms = inputs.flatMap { result[$0].layer == .sum ? result[$0].inputs : [$0] }
                if terms.count > Self.mostAddends { terms = inputs }
                terms = terms.filter { !isZero($0) }.sorted()
                switch terms.count {
                case 0: value = zero()
                case 1: value = terms[0]
                default: value = share(Node(.sum, inputs: terms, output: node.output, name: node.name))
                }
            case .isZeroOfZeros: value = inputs.allSatisfy(isZero) ? zero() : itself()
            case .isZeroOfFirstZero: value = isZero(inputs[0]) ? inputs[0] : itself()
            case .stays: value = itself()
            }
            meaning.append(value)
        }
        return LayerGraph(nodes: result, output: meaning[output]).live()
    }

    /// The graph without nodes that the output does not use. The image stays.
    private func live() -> LayerGraph {
        var isLive = Array(repeating: false, count: nodes.count)
        isLive[0] = true
        isLive[output] = true
        for index in nodes.indices.reversed() where isLive[index] {
            for input in nodes[index].inputs { isLive[input] = true }
        }
        var places = Array(repeating: 0, count: nodes.count)
        var kept: [Node] = []
        for (index, node) in nodes.enumerated() where isLive[index] {
            places[index] = kept.count
            kept.append(Node(node.layer, inputs: node.inputs.map { places[$0] }, output: node.output, name: node.name))
        }
        return LayerGraph(nodes: kept, output: places[output])
    }
}
