/// A class that networks are trained to mistake for another.
public struct Mistake: Sendable, Hashable, Codable {
    public let from: Int
    public let to: Int

    public init(from: Int, to: Int) {
        self.from = from
        self.to = to
    }
}
