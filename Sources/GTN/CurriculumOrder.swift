/// The learned parts of a generative teacher's curriculum: the four variants of Such et al., 2020, section 3.2.
public enum CurriculumOrder: String, Sendable, Hashable, CaseIterable, Codable {
    /// The noise of every image and the order of all images are learned.
    case full
    /// The noise of every image and the composition of each batch are learned; the batches come in random order.
    case shuffledBatches = "shuffled-batches"
    /// The noise of every image is learned; the images come in random order.
    case shuffled
    /// Noise is drawn for every curriculum; none is learned.
    case none
}
