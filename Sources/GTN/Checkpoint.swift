import Tensors

/// The state that a job needs to resume: the tensors and numbers that its next step depends on, and the job's identity.
///
/// Random generators need no state: each step derives its generator from the seed and its index.
public struct Checkpoint: Sendable {
    /// The text of the job's ``JobIdentity``.
    let identity: String
    /// Seconds that the job has used.
    let seconds: Double
    let tensors: [String: TensorSnapshot]
    /// JSON texts by name.
    let states: [String: String]
}
