import Networks
import ResultStore
import SearchSpace
import Tensors

extension SearchSpace {
    /// Returns a candidate's network for use on the calling thread. Also limits libtorch to one thread for operations of this thread.
    func network(of candidate: Candidate, _ normKind: NormKind = .batch) throws -> Network {
        Runtime.threads = 1
        let (space, architecture) = try resolved(candidate)
        return Network(space.canonicalGraph(of: architecture), normKind: normKind)
    }
}
