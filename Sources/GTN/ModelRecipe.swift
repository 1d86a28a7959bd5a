/// The origin of a trained network and everything needed to rebuild it; stored with the parameters.
public struct ModelRecipe: Sendable, Codable, Hashable {
    public var space: String
    public var spaceHash: String
    /// The text of the search-space file, with included files inlined.
    public var spaceText: String
    public var spaceSettings: [String: Int]
    public var architecture: String
    public var architectureHash: String
    /// Channels, height and width of an image.
    public var image: [Int]
    /// Names of the classes, in label order.
    public var classes: [String]
    public var dataset: String
    public var datasetHash: String
    /// Mean of each channel, for pixels in [0, 1]. Inputs are (pixel − mean) / std.
    public var mean: [Double]
    public var std: [Double]
    public var normKind: String
    public var training: RealTraining.Recipe
    /// Number of epochs; fractional if time bounded the training.
    public var epochs: Double
    /// Number of images per epoch.
    public var images: Int
    public var seed: UInt64
    /// The seed of the splits.
    public var splitSeed: UInt64
    /// Accuracy on the test part, like the loss.
    public var accuracy: Double
    public var loss: Double
    public var curve: [TrainingPoint]
    public var parameters: Int
    /// Multiply-accumulate operations for one image.
    public var macs: Int
    /// The limits of the search that found the architecture, in words; nil without limits.
    public var limits: String?
    /// Seconds of the training; nil for count-bounded training, so that the same work gives the same file.
    public var seconds: Double?
    public var versions: [String: String]
}
