/// Counts of images by true class and predicted class.
public struct ConfusionMatrix: Sendable, Hashable {
    /// Number of images: [true class][predicted class].
    public private(set) var counts: [[Int]]

    public init(classes: Int) { counts = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes) }

    mutating func count(_ labels: [Int64], takenFor predictions: [Int64]) {
        for (label, prediction) in zip(labels, predictions) { counts[Int(label)][Int(prediction)] += 1 }
    }

    /// Share of all images that are classified correctly.
    public var accuracy: Double {
        let right = counts.indices.reduce(0) { $0 + counts[$1][$1] }
        return Double(right) / Double(counts.reduce(0) { $0 + $1.reduce(0, +) })
    }

    /// Share of a class's images that are classified as `prediction`; NaN if the class has no images.
    public func share(of label: Int, takenFor prediction: Int) -> Double {
        Double(counts[label][prediction]) / Double(counts[label].reduce(0, +))
    }

    /// Share of correctly classified images among all classes except one.
    public func accuracy(without label: Int) -> Double {
        let others = counts.indices.filter { $0 != label }
        return Double(others.reduce(0) { $0 + counts[$1][$1] }) / Double(others.reduce(0) { $0 + counts[$1].reduce(0, +) })
    }
}
