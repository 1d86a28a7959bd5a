import Networks
import SearchSpace
import Tensors

@testable import Datasets
@testable import GTN

/// Small networks, curricula and real images for the tests of GTN.
enum Fixtures {
    static var root: String {
        #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
    }

    /// Cells that contain every kind of operation of the shipped spaces.
    static let fashionCells = [
        "conv3x3.skip,conv1x1.avg3x3,sep3x3,max3x3",
        "max3x3.conv3x3,avg3x3.none,skip,conv1x1",
        "sep3x3.none,max3x3.conv3x3,none,avg3x3",
    ]

    static func fashionSpace(side: Int = 8, classes: Int = 3, channels: Int = 4) throws -> SearchSpace {
        try SearchSpace.load(path: root + "/SearchSpaces/fashion.space").with(settings: [("channels", "\(channels)")])
            .with(image: FeatureShape(1, side, side), classes: classes)
    }

    static func network(_ notation: String, normKind: NormKind = .batch) throws -> Network {
        let space = try fashionSpace()
        return Network(space.canonicalGraph(of: try space.architecture(notation)), normKind: normKind)
    }

    /// Random images, soft labels, learning rates and momenta in float64, so that every part has a gradient.
    static func curriculum(
        steps: Int, batch: Int, side: Int = 8, classes: Int = 3, seed: UInt64 = 1, optimizer: InnerOptimizer = .sgd
    ) -> Curriculum {
        let random = TensorGenerator(seed: seed)
        return Curriculum(
            images: random.normal([steps, batch, 1, side, side], type: .float64),
            labels: (random.normal([steps, batch, classes], type: .float64) * 2).logSoftmax(2).exp(),
            // With a second moment, each parameter moves by about the learning rate.
            learningRate: (random.uniform([steps], type: .float64) * 0.2 + 0.05) * (optimizer.hasSecondMoment ? 0.1 : 1),
            momentum: random.uniform([steps], type: .float64) * 0.5 + 0.3,
            secondMomentDecay: optimizer.hasSecondMoment ? random.uniform([steps], type: .float64) * 0.3 + 0.6 : nil, optimizer: optimizer)
    }

    static func objective(_ weights: [Double], side: Int = 8, classes: Int = 3) -> Adjoint.Objective {
        let random = TensorGenerator(seed: 2)
        return Adjoint.Objective(
            images: random.normal([6, 1, side, side], type: .float64),
            labels: Tensor((0..<6).map { Int64($0 % classes) }).oneHot(classes: classes, type: .float64), weights: weights)
    }

    static func initial(_ network: Network, seed: UInt64 = 3) -> Tensor {
        network.layout.initialValues(using: TensorGenerator(seed: seed), type: .float64)
    }

    /// A part of the real Fashion-MNIST as a task. Tests that show learning need real images.
    static let fashionMNIST: LearningTask = {
        let whole = try! Dataset.load(DatasetSpecification(parsing: "fashion-mnist"))
        func slice(_ set: ImageSet, _ count: Int) -> ImageSet {
            ImageSet(
                pixels: Array(set.pixels.prefix(count * set.imageSize)), labels: Array(set.labels.prefix(count)), channels: set.channels,
                height: set.height, width: set.width, classNames: set.classNames)
        }
        return LearningTask(Dataset(name: "fashion-mnist", train: slice(whole.train, 6_000), test: slice(whole.test, 500)), seed: 0)
    }()
}

/// Returns ‖a − b‖ / ‖b‖ over all elements of several tensors.
func relativeError(_ a: [Tensor], _ b: [Tensor]) -> Double {
    let difference = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1).dot($1.0 - $1.1).item }
    return (difference / b.reduce(0) { $0 + $1.dot($1).item }).squareRoot()
}
