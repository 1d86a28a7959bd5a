/// One point of a space: the list of its decisions, in the order in which the space file makes them.
///
/// A decision is the position of the alternative taken. It means something only together with its space.
public struct Architecture: Hashable, Sendable, Encodable {
    let decisions: [UInt16]
}
