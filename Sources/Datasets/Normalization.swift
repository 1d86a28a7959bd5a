/// Maps pixels to network inputs with mean 0 and standard deviation 1 per channel: (pixel / 255 − mean) / standardDeviation.
public struct Normalization: Hashable, Sendable, Codable {
    /// The mean of pixel / 255, by channel.
    public let mean: [Double]
    /// The standard deviation of pixel / 255 by channel, with division by the number of pixels. It is 1 for a constant channel, which then
    /// maps to 0 instead of NaN.
    public let standardDeviation: [Double]

    public init(mean: [Double], standardDeviation: [Double]) {
        self.mean = mean
        self.standardDeviation = standardDeviation
    }

    /// Computes the statistics of the images at `indices`. All parts of a data set use the statistics of the `train` split.
    ///
    /// - Precondition: `indices` is not empty.
    public init(of images: ImageSet, at indices: [Int]) {
        precondition(!indices.isEmpty, "Normalization: statistics need at least one image")
        let moments = images.histograms(at: indices).map(Self.moments)
        mean = moments.map(\.mean)
        standardDeviation = moments.map(\.deviation)
    }

    private static func moments(_ histogram: [Int]) -> (mean: Double, deviation: Double) {
        let count = Double(histogram.reduce(0, +))
        // Integer sums are exact, so a constant channel has a deviation of exactly 0.
        let sum = histogram.enumerated().reduce(0) { $0 + $1.offset * $1.element }
        let mean = Double(sum) / count
        let variance =
            histogram.enumerated().reduce(0.0) { sum, bin in
                let distance = Double(bin.offset) - mean
                return sum + Double(bin.element) * distance * distance
            } / count
        return (mean / 255, variance > 0 ? variance.squareRoot() / 255 : 1)
    }
}

extension ImageSet {
    /// The frequency of each of the 256 values in the images at `indices`, by channel.
    func histograms(at indices: [Int]) -> [[Int]] {
        let plane = height * width
        return (0..<channels).map { channel in
            var histogram = Array(repeating: 0, count: 256)
            histogram.withUnsafeMutableBufferPointer { bins in
                pixels.withUnsafeBufferPointer { pixels in
                    for index in indices {
                        precondition(0 <= index && index < count, "histograms: image index \(index) is outside 0..<\(count)")
                        // A plain loop over a pointer, because iterators cost debug builds ten seconds per data set.
                        let pixel = pixels.baseAddress! + (index * imageSize + channel * plane)
                        var offset = 0
                        while offset < plane {
                            bins[Int(pixel[offset])] &+= 1
                            offset &+= 1
                        }
                    }
                }
            }
            return histogram
        }
    }
}
