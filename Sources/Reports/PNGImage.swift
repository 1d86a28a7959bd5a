import CZlib
import Foundation

/// An image of 8-bit gray or RGB pixels, encoded as PNG (ISO/IEC 15948).
public struct PNGImage {
    public let width: Int
    public let height: Int
    /// Number of channels: 1 for gray, 3 for RGB.
    public let channels: Int
    /// Pixels row by row, with the channels of a pixel next to each other.
    public var pixels: [UInt8]

    public init(width: Int, height: Int, channels: Int, filledWith value: UInt8) {
        precondition(channels == 1 || channels == 3, "a PNG image has 1 or 3 channels, not \(channels)")
        self.width = width
        self.height = height
        self.channels = channels
        pixels = [UInt8](repeating: value, count: width * height * channels)
    }

    public var encoded: Data {
        let gray: UInt8 = 0
        let trueColor: UInt8 = 2
        var header = bigEndian(UInt32(width)) + bigEndian(UInt32(height))
        // Eight bits per channel; then the only compression and filter methods that PNG defines, and no interlacing.
        header += [8, channels == 1 ? gray : trueColor, 0, 0, 0]
        var data = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        for (type, content) in [("IHDR", header), ("IDAT", compressedRows), ("IEND", [])] { append(type, content, to: &data) }
        return data
    }

    private var compressedRows: [UInt8] {
        let row = width * channels
        var raw: [UInt8] = []
        raw.reserveCapacity((row + 1) * height)
        for y in 0..<height {
            raw.append(0)  // filter type: none
            raw += pixels[y * row..<(y + 1) * row]
        }
        var count = compressBound(uLong(raw.count))
        var compressed = [UInt8](repeating: 0, count: Int(count))
        // The buffer has the size that zlib requires, so compression fails only if memory runs out.
        precondition(
            compress2(&compressed, &count, raw, uLong(raw.count), Z_BEST_COMPRESSION) == Z_OK, "zlib could not compress \(raw.count) bytes")
        return Array(compressed.prefix(Int(count)))
    }

    private func append(_ type: String, _ content: [UInt8], to data: inout Data) {
        let checked = Array(type.utf8) + content
        data.append(contentsOf: bigEndian(UInt32(content.count)))
        data.append(contentsOf: checked)
        data.append(contentsOf: bigEndian(UInt32(crc32(0, checked, uInt(checked.count)))))
    }

    private func bigEndian(_ value: UInt32) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}
