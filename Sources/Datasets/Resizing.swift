import Tensors

/// Brings images to one size: the largest part of that shape around the middle, resized bilinearly; where it shrinks, pixels are averaged.
struct Resizing {
    let height: Int
    let width: Int

    /// So many images at a time pass through the processor.
    private static let chunk = 1000

    /// - Parameter pixels: image × channel × row × column.
    func resized(_ pixels: [UInt8], images: Int, channels: Int, height from: Int, width: Int) -> [UInt8] {
        let scale = min(Double(from) / Double(height), Double(width) / Double(self.width))
        let (rows, columns) = (max(1, Int((Double(height) * scale).rounded())), max(1, Int((Double(self.width) * scale).rounded())))
        let (top, left) = ((from - rows) / 2, (width - columns) / 2)
        if (rows, columns) == (height, self.width), (rows, columns) == (from, width) { return pixels }
        var result = [UInt8]()
        result.reserveCapacity(images * channels * height * self.width)
        for first in stride(from: 0, to: images, by: Self.chunk) {
            let count = min(Self.chunk, images - first)
            var part = [UInt8]()
            part.reserveCapacity(count * channels * rows * columns)
            for plane in first * channels..<(first + count) * channels {
                for y in top..<top + rows {
                    let start = (plane * from + y) * width + left
                    part.append(contentsOf: pixels[start..<start + columns])
                }
            }
            if (rows, columns) == (height, self.width) {
                result += part
            } else {
                let resized = Tensor(part.map(Float.init), shape: [count, channels, rows, columns]).resized(height: height, width: self.width)
                result += resized.scalars(Float.self).map { UInt8(min(max($0.rounded(), 0), 255)) }
            }
        }
        return result
    }
}

extension ImageSet {
    func resized(to size: DatasetSpecification.Size) -> ImageSet {
        ImageSet(
            pixels: Resizing(height: size.height, width: size.width).resized(pixels, images: count, channels: channels, height: height, width: width),
            labels: labels, channels: channels, height: size.height, width: size.width, classNames: classNames)
    }
}
