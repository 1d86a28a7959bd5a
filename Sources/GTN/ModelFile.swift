import Basics
import Datasets
import Networks
import SearchSpace
import Tensors

/// How a trained network came to be, and all that is needed to build it again: stored with its parameters.
public struct ModelRecipe: Sendable, Codable, Hashable {
    public var space: String
    public var spaceHash: String
    /// The search-space file, included files written out.
    public var spaceText: String
    public var spaceSettings: [String: Int]
    public var architecture: String
    public var architectureHash: String
    /// Channels, height, width.
    public var image: [Int]
    /// What people call each class, by label.
    public var classes: [String]
    public var dataset: String
    public var datasetHash: String
    /// Per channel, of pixels in [0, 1]: the network's inputs are (pixel − mean) / std.
    public var mean: [Double]
    public var std: [Double]
    public var normKind: String
    public var training: RealTraining.Recipe
    /// As far as they were gone through, where time decided.
    public var epochs: Double
    /// Of one epoch.
    public var images: Int
    public var seed: UInt64
    /// The seed that divided the training file.
    public var splitSeed: UInt64
    /// On the test part, as is the loss.
    public var accuracy: Double
    public var loss: Double
    public var curve: [TrainingPoint]
    public var parameters: Int
    /// Multiply-accumulate operations for one image.
    public var macs: Int
    /// nil where work was bounded by counts: the same work makes the same file, whatever time it takes.
    public var seconds: Double?
    public var versions: [String: String]
}

/// How far a training was after an epoch.
public struct TrainingPoint: Sendable, Codable, Hashable {
    /// Epochs made.
    public var epoch: Int
    /// Mean over the epoch, of augmented images with smoothed labels.
    public var trainingLoss: Double
    /// On images kept out of the training, which decide nothing.
    public var accuracy: Double
}

/// A trained network in a file: parameters and norms' statistics by name, and how it was made.
public struct ModelFile: Sendable {
    /// By the parameters' names: float32.
    public var parameters: [String: TensorSnapshot]
    /// Mean and biased variance of each norm, by its layer's name.
    public var statistics: [String: (mean: TensorSnapshot, variance: TensorSnapshot)]
    /// The first images of the test part as bytes [n, channels, height, width], and their logits [n, classes]: whoever runs the network
    /// elsewhere can compare without the data set.
    public var examples: (images: TensorSnapshot, logits: TensorSnapshot)
    public var recipe: ModelRecipe

    /// How many examples are kept.
    static let exampleCount = 32
    private static let (meanSuffix, varianceSuffix) = (".mean", ".variance")
    private static let (imagesName, logitsName) = ("example.images", "example.logits")

    /// Why a file is no trained network, or not one that is needed.
    public struct ModelError: InputMistake, Hashable {
        public let path: String
        public let problem: String
        public var remedy = "make one with 'gtn-nas train'"
        public var description: String { "\(path): \(problem); \(remedy)" }
    }

    /// - Parameter examples: as of the property.
    init(_ trained: TrainedNetwork, examples: (images: TensorSnapshot, logits: TensorSnapshot), recipe: ModelRecipe) {
        let pieces = trained.network.layout.pieces(of: trained.parameters)
        parameters = Dictionary(uniqueKeysWithValues: zip(trained.network.layout.parameters, pieces).map { ($0.name, TensorSnapshot($1)) })
        statistics = Dictionary(
            uniqueKeysWithValues: zip(trained.network.graph.normNames, trained.statistics).map {
                ($0, (mean: TensorSnapshot($1.mean), variance: TensorSnapshot($1.variance)))
            })
        self.examples = examples
        self.recipe = recipe
    }

    public func write(to path: String) throws {
        var tensors = parameters
        for (name, norm) in statistics {
            tensors[name + Self.meanSuffix] = norm.mean
            tensors[name + Self.varianceSuffix] = norm.variance
        }
        tensors[Self.imagesName] = examples.images
        tensors[Self.logitsName] = examples.logits
        try SafetensorsFile(tensors: tensors, metadata: FileMetadata.texts(of: recipe)).write(to: path)
    }

    /// Reads a file and checks that it is whole: every tensor of the architecture is there, in its shape.
    public init(path: String) throws(ModelError) {
        let file: SafetensorsFile
        do { file = try SafetensorsFile(path: path) } catch { throw ModelError(path: path, problem: error.problem) }
        do { recipe = try FileMetadata.value(ModelRecipe.self, of: file.metadata) } catch {
            throw ModelError(path: path, problem: "not a trained network: its metadata are incomplete (\(error))")
        }
        parameters = [:]
        statistics = [:]
        let network = try Self.network(recipe, path: path)
        func tensor(_ name: String, _ shape: [Int], _ type: ScalarType = .float32) throws(ModelError) -> TensorSnapshot {
            guard let tensor = file.tensors[name], tensor.shape == shape, tensor.type == type else {
                let found = file.tensors[name].map { "is \($0.type) of shape \($0.shape)" } ?? "is missing"
                throw ModelError(
                    path: path, problem: "not a trained network: tensor '\(name)' \(found), expected \(type) of shape \(shape)")
            }
            return tensor
        }
        for parameter in network.layout.parameters { parameters[parameter.name] = try tensor(parameter.name, parameter.shape) }
        for node in network.graph.nodes {
            guard case .norm(let channels) = node.layer else { continue }
            statistics[node.name] = (
                mean: try tensor(node.name + Self.meanSuffix, [channels]), variance: try tensor(node.name + Self.varianceSuffix, [channels])
            )
        }
        let count = file.tensors[Self.imagesName]?.shape.first ?? 0
        guard recipe.image.count == 3, recipe.mean.count == recipe.image[0], recipe.std.count == recipe.image[0] else {
            throw ModelError(path: path, problem: "not a trained network: its normalization is not that of its images")
        }
        examples = (
            images: try tensor(Self.imagesName, [count] + recipe.image, .uint8),
            logits: try tensor(Self.logitsName, [count, recipe.classes.count])
        )
    }

    /// The network, of the space and the architecture that the file names, with its parameters and statistics.
    public func trainedNetwork(on device: Device = .cpu) -> TrainedNetwork {
        // The file was checked when it was read.
        let network = try! Self.network(recipe, path: "")
        let flat = Tensor.concatenated(network.layout.parameters.map { parameters[$0.name]!.tensor(on: device).reshaped([$0.count]) })
        let norms = network.graph.normNames.map { name in
            NormStatistics(mean: statistics[name]!.mean.tensor(on: device), variance: statistics[name]!.variance.tensor(on: device))
        }
        return TrainedNetwork(network, flat, statistics: norms)
    }

    private static func network(_ recipe: ModelRecipe, path: String) throws(ModelError) -> Network {
        do {
            guard recipe.image.count == 3, let normKind = NormKind(rawValue: recipe.normKind) else {
                throw ModelError(path: path, problem: "not a trained network: images of \(recipe.image) or norms '\(recipe.normKind)'")
            }
            let space = try SearchSpace.parse(recipe.spaceText, file: "\(recipe.space) (kept in \(path))")
                .with(settings: recipe.spaceSettings.sorted { $0.key < $1.key }.map { (name: $0.key, value: "\($0.value)") })
                .with(image: FeatureShape(recipe.image[0], recipe.image[1], recipe.image[2]), classes: recipe.classes.count)
            return Network(space.canonicalGraph(of: try space.architecture(recipe.architecture)), normKind: normKind)
        } catch let error as ModelError {
            throw error
        } catch {
            throw ModelError(path: path, problem: "its architecture cannot be built: \(error)", remedy: "was it made by another version?")
        }
    }
}

extension LayerGraph {
    /// Names of the norms, in the order of the nodes.
    var normNames: [String] {
        nodes.compactMap { if case .norm = $0.layer { $0.name } else { nil } }
    }
}
