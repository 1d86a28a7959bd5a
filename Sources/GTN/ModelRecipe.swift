/// The origin of a trained network, and all that is needed to build it again: stored with its parameters.
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
    /// Names of the classes, by label.
    public var classes: [String]
    public var dataset: String
    public var datasetHash: String
    /// Per channel, of pixels in [0, 1]: the network's inputs are (pixel − mean) / std.
    public var mean: [Double]
    public var std: [Double]
    public var normKind: String
    public var training: RealTraining.Recipe
    /// Not a whole number where time decided.
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
