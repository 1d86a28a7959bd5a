/// A class that networks are made to take for another.
public struct Mistake: Sendable, Hashable, Codable {
    public let from: Int
    public let to: Int

    public init(from: Int, to: Int) {
        self.from = from
        self.to = to
    }
}
