import Basics
import Datasets
import Networks
import SearchSpace
import Tensors

/// A trained network in a file: parameters and norm statistics by name, and a recipe.
public struct ModelFile: Sendable {
    /// float32 tensors by the names of the parameters.
    public var parameters: [String: TensorSnapshot]
    /// Mean and biased variance of each norm, by the name of its layer.
    public var statistics: [String: (mean: TensorSnapshot, variance: TensorSnapshot)]
    /// The first images of the test part as bytes [n, channels, height, width], and their logits [n, classes]. With them, the network can
    /// be checked without the data set.
    public var examples: (images: TensorSnapshot, logits: TensorSnapshot)
    public var recipe: ModelRecipe

    /// Number of example images.
    static let exampleCount = 32
    private static let (meanSuffix, varianceSuffix) = (".mean", ".variance")
    private static let (imagesName, logitsName) = ("example.images", "example.logits")

    /// An error: a file is not a trained network.
    public struct ModelError: InputMistake, Hashable {
        public let path: String
        public let problem: String
        public var remedy = "give the path of a trained network, or train one"
        public var description: String { "\(path): \(problem); \(remedy)" }
    }

    /// - Parameter examples: test images and their logits, which the file stores for later checks.
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

    /// Reads a file and checks that it contains every tensor of the architecture in the right shape.
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
            guard let channels = node.layer.traits.statisticsChannels else { continue }
            statistics[node.name] = (
                mean: try tensor(node.name + Self.meanSuffix, [channels]), variance: try tensor(node.name + Self.varianceSuffix, [channels])
            )
        }
        let count = file.tensors[Self.imagesName]?.shape.first ?? 0
        guard recipe.image.count == 3, recipe.mean.count == recipe.image[0], recipe.std.count == recipe.image[0] else {
            throw ModelError(path: path, problem: "not a trained network: its mean and std do not match its image shape")
        }
        examples = (
            images: try tensor(Self.imagesName, [count] + recipe.image, .uint8),
            logits: try tensor(Self.logitsName, [count, recipe.classes.count])
        )
    }

    /// Returns the network of the file's space and architecture, with its parameters and statistics.
    public func trainedNetwork(on device: Device = .cpu) -> TrainedNetwork {
        // The network was built once already, when the file was read.
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
                throw ModelError(
                    path: path, problem: "not a trained network: unknown image shape \(recipe.image) or norm kind '\(recipe.normKind)'"
                )
            }
            let space = try SearchSpace.parse(recipe.spaceText, file: "\(recipe.space) (stored in \(path))")
                .with(
                    image: FeatureShape(recipe.image[0], recipe.image[1], recipe.image[2]), classes: recipe.classes.count,
                    values: recipe.spaceSettings, mayBeEmpty: true)
            return Network(space.canonicalGraph(of: try space.architecture(recipe.architecture)), normKind: normKind)
        } catch let error as ModelError {
            throw error
        } catch {
            throw ModelError(
                path: path, problem: "its architecture cannot be built: \(error)", remedy: "read it with the version that wrote it")
        }
    }
}

extension LayerGraph {
    /// Names of the norms, in node order.
    var normNames: [String] {
        nodes.filter { $0.layer.traits.statisticsChannels != nil }.map(\.name)
    }
}
