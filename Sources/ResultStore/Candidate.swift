/// An architecture in a run: its notation, its identity and its costs.
public struct Candidate: Sendable, Hashable, Codable {
    /// The architecture in the space's canonical notation.
    public var architecture: String
    /// The hash of the canonical form and of `settings`. Two candidates are the same network exactly when their hashes are equal.
    public var hash: String
    /// Values of the space's settings that were fitted to limits, by name; nil if all are those of the run.
    public var settings: [String: Int]?
    /// Trainable parameters.
    public var parameters: Int
    /// Multiply-accumulate operations for one image.
    public var macs: Int
    /// Peak memory of the activations of one image, in bytes of float32, or of int8 if the search counts these; nil in runs of versions
    /// that did not record it.
    public var memory: Int?
    /// Latency in milliseconds, if it was measured.
    public var latency: Double?

    /// The architecture with its fitted settings, as in `channels=24 skip.conv3x3`.
    public var label: String {
        let values = (settings ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return (values + [architecture]).joined(separator: " ")
    }

    public init(
        architecture: String, hash: String, settings: [String: Int]? = nil, parameters: Int, macs: Int, memory: Int? = nil,
        latency: Double? = nil
    ) {
        self.architecture = architecture
        self.hash = hash
        self.settings = settings
        self.parameters = parameters
        self.macs = macs
        self.memory = memory
        self.latency = latency
    }
}
