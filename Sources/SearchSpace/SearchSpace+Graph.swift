extension SearchSpace {
    /// The network of an architecture as written, dead branches included.
    public func graph(of architecture: Architecture) -> LayerGraph { graph(of: architecture, settings: settings, isNamed: true) }

    /// The cost of the network as written, its layers without names, at given settings.
    func totalCost(of architecture: Architecture, settings: [Setting]) -> NetworkCost {
        graph(of: architecture, settings: settings, isNamed: false).cost
    }

    private func graph(of architecture: Architecture, settings: [Setting], isNamed: Bool) -> LayerGraph {
        let starts = starts(in: architecture.decisions)
        do {
            return try Lowering.graph(
                term, image: image, classes: classes, settings: settings, decisions: architecture.decisions, cellStarts: starts.cells,
                networkStart: starts.network, isNamed: isNamed)
        } catch {
            preconditionFailure("\(name) was checked for all architectures, but one does not fit: \(error.message)")
        }
    }

    /// The network that is trained: zeros propagated, identities and dead branches removed, equal parameter-free layers shared.
    public func canonicalGraph(of architecture: Architecture) -> LayerGraph {
        graph(of: architecture).simplified()
    }
}
