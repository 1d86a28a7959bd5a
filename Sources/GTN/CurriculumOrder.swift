/// The learned part of a generative teacher's curriculum: the four variants of the paper (Such et al., 2020, section 3.2).
public enum CurriculumOrder: String, Sendable, Hashable, CaseIterable, Codable {
    /// The noise of every image is learned, and its place in the order.
    case full
    /// The noise of every image is learned, and which images make up a step; the steps come in random order.
    case shuffledBatches = "shuffled-batches"
    /// The noise of every image is learned; the images come in random order.
    case shuffled
    /// Noise is drawn anew each time.
    case none
}
