import Tensors

/// What a job needs to resume: the tensors and numbers that its next step depends on, and which job it is of.
///
/// Random numbers need no state: each step draws its own from the seed and its number.
public struct Checkpoint: Sendable {
    /// The text of a ``JobIdentity``.
    let identity: String
    /// Seconds that the job had taken.
    let seconds: Double
    let tensors: [String: TensorSnapshot]
    /// JSON texts by name.
    let states: [String: String]
}
