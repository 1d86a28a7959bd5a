/// An architecture in a run: its notation, its identity and its costs.
public struct Candidate: Sendable, Hashable, Codable {
    /// The architecture in the space's canonical notation.
    public var architecture: String
    /// The hash of the canonical form. Two candidates are the same architecture exactly when their hashes are equal.
    public var hash: String
    /// Trainable parameters.
    public var parameters: Int
    /// Multiply-accumulate operations for one image.
    public var macs: Int

    public init(architecture: String, hash: String, parameters: Int, macs: Int) {
        self.architecture = architecture
        self.hash = hash
        self.parameters = parameters
        self.macs = macs
    }
}
