extension SearchSpace {
    /// The network of an architecture as written, including dead branches.
    public func graph(of architecture: Architecture) -> LayerGraph { graph(of: architecture, settings: settings, isNamed: true) }

    /// The parameters and multiply-accumulates of the network as written, at given settings and a given image.
    func totals(of architecture: Architecture, settings: [Setting], image: FeatureShape) -> (parameters: Int, macs: Int) {
        graph(of: architecture, settings: settings, image: image, isNamed: false).nodes.reduce((0, 0)) { sum, node in
            let own = node.layer.cost(node.output)
            return (sum.0 + own.parameters, sum.1 + own.macs)
        }
    }

    private func graph(of architecture: Architecture, settings: [Setting], image: FeatureShape? = nil, isNamed: Bool) -> LayerGraph {
        let starts = starts(in: architecture.decisions)
        do {
            return try Lowering.graph(
                term, image: image ?? self.image, classes: classes, settings: settings, decisions: architecture.decisions,
                cellStarts: starts.cells,
                networkStart: starts.network, isNamed: isNamed)
        } catch {
            preconditionFailure("an architecture of \(name) is invalid although the space passed all checks: \(error.message)")
        }
    }

    /// The network used for training: zeros are propagated, identities and dead branches removed, and equal parameter-free layers merged.
    public func canonicalGraph(of architecture: Architecture) -> LayerGraph {
        graph(of: architecture).simplified()
    }

    /// Returns the parameters and multiply-accumulates of the network used for training, without building it.
    /// - Parameter architecture: an architecture of this space.
    public func totals(of architecture: Architecture) -> NetworkTotals {
        graph(of: architecture, settings: settings, isNamed: false).simplifiedTotals
    }

    /// Returns the peak memory of inference for one image of the network used for training, in bytes.
    /// - Parameter architecture: an architecture of this space.
    public func peakActivationBytes(of architecture: Architecture) -> Int {
        graph(of: architecture, settings: settings, isNamed: false).simplified().peakActivationBytes / LayerGraph.bytesPerNumber
            * bytesPerActivation
    }
}
