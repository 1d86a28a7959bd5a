import GTN
import ResultStore

extension TeacherRecord {
    /// Names of the metrics with the size of the images, in pixels.
    static let (imageHeight, imageWidth) = ("image_height", "image_width")

    /// The curriculum, as in "48 steps of 32 images of 14 x 14 pixels". Candidates are scored at that image size; runs of earlier versions
    /// did not record it.
    public var curriculum: String { "\(steps) steps of \(batch) images\(size)" }

    /// Kind, curriculum and number of meta-steps, as in "distilled, 48 steps of 32 images; 300 meta-steps". Real images have no meta-steps.
    public var summary: String {
        kind == TeacherKind.real.rawValue
            ? "\(steps) batches of \(batch) real images\(size)" : "\(kind), \(curriculum); \(metaSteps) meta-steps"
    }

    private var size: String {
        metrics[Self.imageHeight].flatMap { height in metrics[Self.imageWidth].map { " of \(Int(height)) x \(Int($0)) pixels" } } ?? ""
    }
}
