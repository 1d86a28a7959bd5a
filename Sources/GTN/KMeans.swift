import Basics
import SearchSpace
import Tensors

/// Cluster centers of points by Lloyd's algorithm ("Least Squares Quantization in PCM", 1982), initialized with random points.
struct KMeans {
    /// Enough rounds for the centers to converge approximately.
    private static let rounds = 25

    /// The cluster centers: [clusters, dimensions].
    let centers: Tensor

    /// - Parameter points: [points, dimensions], with at least as many points as clusters.
    init(_ points: Tensor, clusters: Int, using random: inout SeededGenerator) {
        let chosen = Array((0..<points.shape[0]).shuffled(using: &random).prefix(clusters))
        var centers = points.gathered(chosen)
        for _ in 0..<Self.rounds {
            let members = Self.nearest(points, centers).oneHot(classes: clusters)
            let counts = members.sum([0]).reshaped([clusters, 1])
            let means = members.permuted([1, 0]).matmul(points) / counts.clamped(1, .infinity)
            // An empty cluster keeps its center.
            let isEmpty = counts.isLess(than: Tensor.full(0.5, [], device: points.device)).to(.float32)
            centers = means + centers * isEmpty
        }
        self.centers = centers
    }

    /// Returns the index of the center nearest to each point by Euclidean distance: [points].
    static func nearest(_ points: Tensor, _ centers: Tensor) -> Tensor {
        // ‖x − c‖² without ‖x‖², which is equal for all centers.
        let squares = (centers * centers).sum([1]).reshaped([1, -1])
        return (points.matmul(centers.permuted([1, 0])) * 2 - squares).argmax(1)
    }
}
