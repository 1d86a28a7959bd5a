/// The origin of a curriculum.
public enum TeacherKind: String, Sendable, Hashable, CaseIterable, Codable {
    /// A generator network turns learned noise and labels into images (Such et al., "Generative Teaching Networks", 2020).
    case generative
    /// The images and their soft labels are the learned parameters (Wang et al., "Dataset Distillation", 2018).
    case distilled
    /// Real images with a constant learning rate and momentum. Nothing is learned.
    case real
}
