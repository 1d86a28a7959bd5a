import Tensors

/// Resizes images to one size: crops the largest central part of that shape and resizes it bilinearly with antialiasing.
struct Resizing {
    let height: Int
    let width: Int

    /// The number of images processed at a time.
    private static let chunk = 1000

    /// - Parameter pixels: Pixels in the order image × channel × row × column.
    func resized(_ pixels: [UInt8], images: Int, channels: Int, height from: Int, width: Int) -> [UInt8] {
        let scale = min(Double(from) / Double(height), Double(width) / Double(self.width))
        let (rows, columns) = (max(1, Int((Double(height) * scale).rounded())), max(1, Int((Double(self.width) * scale).rounded())))
        let (top, left) = ((from - rows) / 2, (width - columns) / 2)
        if (rows, columns) == (height, self.width), (rows, columns) == (from, width) { return pixels }
        var result = [UInt8]()
        result.reserveCapacity(images * channels * height * self.width)
        for first in stride(from: 0, to: images, by: Self.chunk) {
            let count = min(Self.chunk, images - first)
            let size = channels * from * width
            let part = Tensor(Array(pixels[first * size..<(first + count) * size]), shape: [count, channels, from, width])
                .slice(top..<top + rows, axis: 2).slice(left..<left + columns, axis: 3)
            if (rows, columns) == (height, self.width) {
                result += part.scalars(UInt8.self)
            } else {
                // Rounds to the nearest integer, in float64, where adding one half is exact.
                let resized = part.to(.float32).resized(height: height, width: self.width)
                result += (resized.clamped(0, 255).to(.float64) + 0.5).to(.uint8).scalars(UInt8.self)
            }
        }
        return result
    }
}

extension ImageSet {
    func resized(to size: DatasetSpecification.Size) -> ImageSet {
        ImageSet(
            pixels: Resizing(height: size.height, width: size.width).resized(
                pixels, images: count, channels: channels, height: height, width: width),
            labels: labels, channels: channels, height: size.height, width: size.width, classNames: classNames)
    }
}
