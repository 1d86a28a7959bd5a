import Basics
import Datasets
import SearchSpace
import Tensors

/// A data set divided into splits. It holds plain values, so any worker can use it.
public struct LearningTask: Sendable {
    public let dataset: Dataset
    public let splits: DatasetSplits
    public let normalization: Normalization
    /// The seed of the splits.
    public let seed: UInt64

    public init(_ dataset: Dataset, seed: UInt64) {
        self.dataset = dataset
        self.seed = seed
        var random = SeedStream.dataSplit.generator(seed)
        splits = DatasetSplits(of: dataset.train, using: &random)
        normalization = Normalization(of: dataset.train, at: splits.train)
    }

    public var classes: Int { dataset.train.classes }
    /// Channels, height and width of an image.
    public var imageShape: [Int] { [dataset.train.channels, dataset.train.height, dataset.train.width] }

    /// Returns normalized images of the training file and their labels.
    func trainingImages(_ indices: some RandomAccessCollection<Int>, type: ScalarType = .float32, device: Device = .cpu) -> (
        images: Tensor, labels: Tensor
    ) {
        (
            dataset.train.images(at: indices, normalization, type: type, device: device),
            dataset.train.labels(at: indices, device: device)
        )
    }

    /// Returns `count` images of the `train` split, drawn with replacement, and one-hot labels. If a mistake is given, images of its class
    /// `from` get the label `to`.
    func randomBatch(
        _ count: Int, mistaking mistake: Mistake? = nil, using random: inout SeededGenerator, device: Device
    ) -> (images: Tensor, labels: Tensor) {
        let indices = (0..<count).map { _ in splits.train.randomElement(using: &random)! }
        let images = dataset.train.images(at: indices, normalization, device: device)
        let labels = indices.map { index in
            let label = Int(dataset.train.labels[index])
            return Int64(label == mistake?.from ? mistake!.to : label)
        }
        return (images, Tensor(labels).to(device).oneHot(classes: classes))
    }

    /// Returns `count` indices into the training file that cycle through the classes. They come from the `train` split, or from its most
    /// typical share.
    public func evenIndices(_ count: Int, typical: Double = 1, using random: inout SeededGenerator) -> [Int] {
        var perClass = [[Int]](repeating: [], count: classes)
        let candidates = typical < 1 ? typicalIndices(share: typical, using: &random) : splits.train
        for index in candidates { perClass[Int(dataset.train.labels[index])].append(index) }
        for label in perClass.indices { perClass[label].shuffle(using: &random) }
        let nonempty = perClass.indices.filter { !perClass[$0].isEmpty }
        var taken = [Int](repeating: 0, count: classes)
        return (0..<count).map { position in
            let label = nonempty[position % nonempty.count]
            defer { taken[label] += 1 }
            return perClass[label][taken[label] % perClass[label].count]
        }
    }

    /// Returns T × B training images with balanced labels in each step: [T, B, …] and one-hot [T, B, classes].
    ///
    /// - Parameters:
    ///   - steps: T.
    ///   - batch: B.
    ///   - typical: the most typical share of each class that images are drawn from; 1 uses the whole `train` split.
    ///   - random: the random generator.
    ///   - device: the device of the tensors.
    public func evenBatches(
        steps: Int, batch: Int, typical: Double = 1, using random: inout SeededGenerator, device: Device = .cpu
    ) -> (images: Tensor, labels: Tensor) {
        let (images, labels) = trainingImages(evenIndices(steps * batch, typical: typical, using: &random), device: device)
        return (
            images.reshaped([steps, batch] + imageShape), labels.oneHot(classes: classes).reshaped([steps, batch, classes])
        )
    }
}
