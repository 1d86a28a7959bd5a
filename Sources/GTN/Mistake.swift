/// A pair of classes: networks are trained to classify images of `from` as `to`.
public struct Mistake: Sendable, Hashable, Codable {
    public let from: Int
    public let to: Int

    public init(from: Int, to: Int) {
        self.from = from
        self.to = to
    }
}
