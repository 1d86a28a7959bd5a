import Tensors

/// What is done to training images at random, so that a network sees another one each time.
public enum Augmentation: String, Sendable, Hashable, CaseIterable, Codable {
    case none
    /// Each image is moved by up to an eighth of its sides, black beyond its border: a crop of the image padded by as much.
    case crop
    /// The same, and half of the images are mirrored.
    case cropFlip = "crop-flip"

    /// The one that suits a data set: digits are not mirrored, photographs may be. The networks that fit Fashion-MNIST's small gray images
    /// learned less with crops, not more: the README has the figures.
    public static func standard(for dataset: String) -> Augmentation {
        switch DatasetFormat(rawValue: dataset) {
        case .fashionMNIST: .none
        case .mnist: .crop
        case .cifar10, .cifar100, .folder, nil: .cropFlip
        }
    }

    /// What is done to one image.
    struct Change: Hashable {
        /// Rows and columns of the padded image that the crop begins after, less the padding: what is in the middle of 0, 0 stays there.
        var down = 0
        var right = 0
        var isMirrored = false
    }

    /// How far images are moved at most.
    static func padding(_ side: Int) -> Int { side / 8 }

    func change(height: Int, width: Int, using random: inout some RandomNumberGenerator) -> Change {
        guard self != .none else { return Change() }
        let (vertical, horizontal) = (Self.padding(height), Self.padding(width))
        return Change(
            down: Int.random(in: -vertical...vertical, using: &random), right: Int.random(in: -horizontal...horizontal, using: &random),
            isMirrored: self == .cropFlip && Bool.random(using: &random))
    }
}

extension ImageSet {
    /// The images at `indices`, each changed at random, scaled to [0, 1] and normalized: [n, channels, height, width].
    public func images(
        at indices: some RandomAccessCollection<Int>, _ normalization: Normalization, _ augmentation: Augmentation,
        using random: inout some RandomNumberGenerator, type: ScalarType = .float32, device: Device = .cpu
    ) -> Tensor {
        let changes = indices.map { _ in augmentation.change(height: height, width: width, using: &random) }
        let size = imageSize
        let bytes = [UInt8](unsafeUninitializedCapacity: indices.count * size) { buffer, initialized in
            pixels.withUnsafeBufferPointer { pixels in
                for (row, index) in indices.enumerated() {
                    precondition(0 <= index && index < count, "image \(index) of \(count)")
                    copy(pixels.baseAddress! + index * size, to: buffer.baseAddress! + row * size, changes[row])
                }
            }
            initialized = indices.count * size
        }
        return normalized(bytes, count: indices.count, normalization, type: type, device: device)
    }

    /// Writes one changed image: pixel (y, x) is the old one's (y + down, x + right), 0 where that is outside, columns then in reverse if
    /// it is mirrored.
    func copy(_ old: UnsafePointer<UInt8>, to new: UnsafeMutablePointer<UInt8>, _ change: Augmentation.Change) {
        let columns = max(0, -change.right)..<min(width, width - change.right)
        for plane in 0..<channels {
            for y in 0..<height {
                let target = new + (plane * height + y) * width
                let source = y + change.down
                target.update(repeating: 0, count: width)
                guard (0..<height).contains(source), !columns.isEmpty else { continue }
                let first = old + (plane * height + source) * width + columns.lowerBound + change.right
                if !change.isMirrored {
                    (target + columns.lowerBound).update(from: first, count: columns.count)
                } else {
                    // A bare loop over pointers: iterators cost debug builds seconds for a data set.
                    var offset = 0
                    while offset < columns.count {
                        target[width - 1 - columns.lowerBound - offset] = first[offset]
                        offset &+= 1
                    }
                }
            }
        }
    }
}
