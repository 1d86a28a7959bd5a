import Basics
import SearchSpace
import Tensors

extension LearningTask {
    /// Maximum number of images from which class means are computed and that are compared with them.
    private static let comparedImages = 20_000

    /// Returns indices of training images that are typical of their class: the `share` of each class with the largest margin
    ///
    ///     min over other classes k of ‖x − mₖ‖² − ‖x − m‖²
    ///
    /// where m is the mean of the image's class and mₖ the mean of class k, in normalized pixels. Mislabeled and ambiguous images have the
    /// smallest margins.
    func typicalIndices(share: Double, using random: inout SeededGenerator) -> [Int] {
        let pool = Array(splits.train.shuffled(using: &random).prefix(Self.comparedImages))
        let chunks = stride(from: 0, to: pool.count, by: 2_000).map { Array(pool[$0..<min($0 + 2_000, pool.count)]) }
        func flat(_ indices: [Int]) -> (pixels: Tensor, labels: Tensor) {
            let (images, labels) = trainingImages(indices)
            return (images.reshaped([indices.count, -1]), labels.oneHot(classes: classes))
        }
        let sums = Tensor.sum(
            of: chunks.map { chunk in
                let (pixels, labels) = flat(chunk)
                return labels.permuted([1, 0]).matmul(pixels)
            })
        let owns = pool.map { Int(dataset.train.labels[$0]) }
        var counts = [Double](repeating: 0, count: classes)
        for label in owns { counts[label] += 1 }
        let means = sums / Tensor(counts.map { Float(max($0, 1)) }).reshaped([classes, 1])
        // ‖x − m‖² without ‖x‖², which is equal for all classes.
        let squares = (means * means).sum([1]).reshaped([1, classes])
        let distances = chunks.flatMap { (squares - flat($0).pixels.matmul(means.permuted([1, 0])) * 2).doubles }
        let margins = pool.indices.map { image in
            let others = (0..<classes).filter { $0 != owns[image] && counts[$0] > 0 }.map { distances[image * classes + $0] }
            return (others.min() ?? 0) - distances[image * classes + owns[image]]
        }
        return (0..<classes).flatMap { label in
            let mine = pool.indices.filter { owns[$0] == label }.sorted { margins[$0] > margins[$1] }
            return mine.prefix(Int((share * Double(mine.count)).rounded(.up))).map { pool[$0] }
        }
    }
}
