/// What maps pixels to network inputs of mean 0 and deviation 1, per channel: (pixel / 255 − mean) / standardDeviation.
public struct Normalization: Hashable, Sendable, Codable {
    /// Mean of pixel / 255, by channel.
    public let mean: [Double]
    /// Standard deviation of pixel / 255, by channel, over all pixels (divided by their number). A channel of one constant value
    /// has 1 here, so that it maps to 0 and not to NaN.
    public let standardDeviation: [Double]

    public init(mean: [Double], standardDeviation: [Double]) {
        self.mean = mean
        self.standardDeviation = standardDeviation
    }

    /// The statistics of the images at `indices`: those of the `train` split, for all parts of a data set.
    ///
    /// - Precondition: `indices` is not empty.
    public init(of images: ImageSet, at indices: [Int]) {
        precondition(!indices.isEmpty, "Normalization: no images to take statistics of")
        let moments = images.histograms(at: indices).map(Self.moments)
        mean = moments.map(\.mean)
        standardDeviation = moments.map(\.deviation)
    }

    private static func moments(_ histogram: [Int]) -> (mean: Double, deviation: Double) {
        let count = Double(histogram.reduce(0, +))
        // Sums of whole numbers are exact, so the deviation of a constant channel is exactly 0.
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
    /// How often each of the 256 values occurs in the images at `indices`, by channel.
    func histograms(at indices: [Int]) -> [[Int]] {
        let plane = height * width
        return (0..<channels).map { channel in
            var histogram = Array(repeating: 0, count: 256)
            histogram.withUnsafeMutableBufferPointer { bins in
                pixels.withUnsafeBufferPointer { pixels in
                    for index in indices {
                        precondition(0 <= index && index < count, "histograms: image \(index) of \(count)")
                        // A bare loop over a pointer: iterators cost debug builds ten seconds for a data set.
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
