/// Labeled images of the same shape, as bytes.
public struct ImageSet: Sendable {
    /// Pixel values from 0 to 255 in the order image × channel × row × column.
    public let pixels: [UInt8]
    /// The class of each image, from 0 to `classes` − 1.
    public let labels: [UInt8]
    public let channels: Int
    public let height: Int
    public let width: Int
    /// The name of each class, by label.
    public let classNames: [String]

    /// - Precondition: `pixels` has one image of this shape for each label, and each label has a name.
    public init(pixels: [UInt8], labels: [UInt8], channels: Int, height: Int, width: Int, classNames: [String]) {
        precondition(
            pixels.count == labels.count * channels * height * width,
            "ImageSet: \(pixels.count) pixels are not \(labels.count) images of \(channels)×\(height)×\(width)")
        precondition(
            labels.allSatisfy { Int($0) < classNames.count }, "ImageSet: a label is outside 0..<\(classNames.count)")
        self.pixels = pixels
        self.labels = labels
        self.channels = channels
        self.height = height
        self.width = width
        self.classNames = classNames
    }

    /// The number of images.
    public var count: Int { labels.count }

    public var classes: Int { classNames.count }

    /// The number of bytes in one image.
    public var imageSize: Int { channels * height * width }

    /// The number of images in each class, by label.
    public var classCounts: [Int] {
        var counts = Array(repeating: 0, count: classes)
        for label in labels { counts[Int(label)] += 1 }
        return counts
    }
}
