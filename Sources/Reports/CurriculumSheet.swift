import GTN
import Tensors

/// A picture of a curriculum's images: one row per step, with the step's images in order of class.
public struct CurriculumSheet {
    /// Maximum number of rows and of columns, because a larger picture could need hundreds of megabytes.
    private static let most = 128
    private static let scale = 2
    private static let gap = 2
    private static let background: UInt8 = 64

    public private(set) var image: PNGImage

    /// - Parameters:
    ///   - curriculum: the curriculum to draw.
    ///   - mean: mean of each channel; a pixel in [0, 1] is mean + std · value.
    ///   - std: standard deviation of each channel.
    ///   - step: the only step to draw; nil for all.
    ///   - perClass: maximum number of a step's images of each class, taken from the first; nil for all.
    public init(_ curriculum: Curriculum, mean: [Double], std: [Double], step: Int? = nil, perClass: Int? = nil) {
        let shape = curriculum.images.shape
        let (channels, height, width) = (shape[2], shape[3], shape[4])
        let steps = step.map { [$0] } ?? Self.spread(curriculum.steps)
        let rows = steps.map {
            Self.row(curriculum.labels[$0].argmax(1).doubles.map { Int($0) }, classes: curriculum.labels.shape[2], perClass)
        }
        // Images that are neither gray nor RGB are shown by their first channel.
        let shown = channels == 3 ? 3 : 1
        let (cellHeight, cellWidth) = (Self.scale * height + Self.gap, Self.scale * width + Self.gap)
        image = PNGImage(
            width: rows[0].count * cellWidth + Self.gap, height: steps.count * cellHeight + Self.gap, channels: shown,
            filledWith: Self.background)
        for (row, step) in steps.enumerated() {
            let values = curriculum.images[step].doubles
            for (column, position) in rows[row].enumerated() {
                guard let position else { continue }
                let start = position * channels * height * width
                let pixels = (0..<shown).map { channel in
                    values[start + channel * height * width..<start + (channel + 1) * height * width].map { value in
                        let pixel = value * std[channel] + mean[channel]
                        // NaN is drawn black, like values below 0.
                        return UInt8((pixel > 0 ? min(pixel, 1) * 255 : 0).rounded())
                    }
                }
                draw(pixels, width: width, atX: column * cellWidth + Self.gap, y: row * cellHeight + Self.gap)
            }
        }
    }

    /// Indices of the images in a step's row. nil is a gap, left by a class with too few images.
    private static func row(_ labels: [Int], classes: Int, _ perClass: Int?) -> [Int?] {
        guard let perClass else {
            let order = labels.indices.sorted { (labels[$0], $0) < (labels[$1], $1) }
            return spread(order.count).map { order[$0] }
        }
        return (0..<classes).flatMap { label in
            let own = labels.indices.filter { labels[$0] == label }.prefix(perClass)
            return own.map(Optional.init) + [Int?](repeating: nil, count: perClass - own.count)
        }
    }

    private mutating func draw(_ planes: [[UInt8]], width: Int, atX left: Int, y top: Int) {
        for y in 0..<Self.scale * planes[0].count / width {
            for x in 0..<Self.scale * width {
                for (channel, plane) in planes.enumerated() {
                    image.pixels[((top + y) * image.width + left + x) * planes.count + channel] =
                        plane[y / Self.scale * width + x / Self.scale]
                }
            }
        }
    }

    /// All `count` indices, or `most` of them spread evenly.
    private static func spread(_ count: Int) -> [Int] {
        count <= most ? Array(0..<count) : (0..<most).map { $0 * count / most }
    }
}
