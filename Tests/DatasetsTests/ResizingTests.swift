import Testing

@testable import Datasets

@Suite struct ResizingTests {
    /// A 4 × 4 plane of four quarters: `base`, 10 more on the right, 20 more at the bottom.
    private static func plane(_ base: UInt8) -> [UInt8] {
        let (upper, lower): ([UInt8], [UInt8]) = ([base, base, base + 10, base + 10], [base + 20, base + 20, base + 30, base + 30])
        return upper + upper + lower + lower
    }

    /// Two images of two channels.
    private static let set = ImageSet(
        pixels: plane(10) + plane(60) + plane(110) + plane(160), labels: [1, 0], channels: 2, height: 4, width: 4, classNames: ["a", "b"])

    /// Antialiased bilinear resizing by hand: at half the size, a pixel weights the three nearest 3 : 3 : 1. Steps of 10 and 20 then
    /// contribute 1/7 on one side and 6/7 on the other.
    @Test func imagesAndChannelsKeepTheirOrder() {
        let small = Self.set.resized(to: .init(height: 2, width: 2))
        let shape: [Int] = [small.count, small.channels, small.height, small.width]
        #expect(shape == [2, 2, 2, 2])
        #expect(small.labels == [1, 0])
        let above: [Double] = [30.0 / 7, 80.0 / 7, 130.0 / 7, 180.0 / 7]
        for (index, pixel) in small.pixels.enumerated() {
            let base = Double(10 + 50 * (index / 4))
            #expect(abs(Double(pixel) - base - above[index % 4]) <= 0.5)
        }
    }

    @Test func theSameSizeChangesNothing() {
        #expect(Self.set.resized(to: .init(height: 4, width: 4)).pixels == Self.set.pixels)
    }

    @Test func anotherShapeCropsTheCenter() {
        let wide = Self.set.resized(to: .init(height: 2, width: 4))
        var middle: [UInt8] = []
        for base: UInt8 in [10, 60, 110, 160] { middle += Self.plane(base)[4..<12] }
        #expect(wide.pixels == middle)
    }
}
