import Networks
import ResultStore
import SearchSpace
import Tensors

extension SearchSpace {
    /// A candidate's network, for the thread that asks: it does all of the work, and libtorch keeps its number of threads per thread.
    func network(of candidate: Candidate, _ normKind: NormKind = .batch) throws -> Network {
        Runtime.threads = 1
        return Network(canonicalGraph(of: try architecture(candidate.architecture)), normKind: normKind)
    }
}
