/// An architecture as a run sees it: its notation, its identity and its costs.
public struct Candidate: Sendable, Hashable, Codable {
    /// Canonical notation of the search space.
    public var architecture: String
    /// Hash of the canonical form: two candidates are the same architecture exactly when their hashes are equal.
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
