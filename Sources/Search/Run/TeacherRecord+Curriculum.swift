import ResultStore

extension TeacherRecord {
    /// Names of the figures that tell the size of its images, in pixels.
    static let (imageHeight, imageWidth) = ("image_height", "image_width")

    /// Its curriculum, as in "48 steps of 32 images of 14 x 14 pixels": candidates are scored at that size. Runs of earlier versions do not
    /// tell it.
    public var curriculum: String {
        let size = metrics[Self.imageHeight].flatMap { height in metrics[Self.imageWidth].map { " of \(Int(height)) x \(Int($0)) pixels" } }
        return "\(steps) steps of \(batch) images\(size ?? "")"
    }
}
