import Basics
import SearchSpace
import Tensors

/// Centers of clusters of points, by Lloyd's algorithm ("Least Squares Quantization in PCM", 1982) from random points.
struct KMeans {
    /// Enough for the centers to stay where they are, nearly.
    private static let rounds = 25

    /// [clusters, dimensions]
    let centers: Tensor

    /// - Parameter points: [points, dimensions], at least as many as clusters.
    init(_ points: Tensor, clusters: Int, using random: inout SeededGenerator) {
        let chosen = Array((0..<points.shape[0]).shuffled(using: &random).prefix(clusters))
        var centers = points.gathered(chosen)
        for _ in 0..<Self.rounds {
            let members = Self.nearest(points, centers).oneHot(classes: clusters)
            let counts = members.sum([0]).reshaped([clusters, 1])
            let means = members.permuted([1, 0]).matmul(points) / counts.clamped(1, .infinity)
            // A cluster that lost all its points stays where it was.
            let isEmpty = counts.isLess(than: Tensor.full(0.5, [], device: points.device)).to(.float32)
            centers = means + centers * isEmpty
        }
        self.centers = centers
    }

    /// The index of the center that is nearest to each point, by Euclidean distance: [points].
    static func nearest(_ points: Tensor, _ centers: Tensor) -> Tensor {
        // ‖x − c‖² without ‖x‖², which is the same for all centers.
        let squares = (centers * centers).sum([1]).reshaped([1, -1])
        return (points.matmul(centers.permuted([1, 0])) * 2 - squares).argmax(1)
    }
}
