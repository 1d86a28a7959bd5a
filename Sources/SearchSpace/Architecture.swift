/// One point of a search space: the list of its decisions, in the order of the space file.
///
/// A decision is the position of the chosen alternative, so an architecture is meaningful only together with its space.
public struct Architecture: Hashable, Sendable, Encodable {
    let decisions: [UInt16]
}
