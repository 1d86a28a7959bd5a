import Tensors

/// Random changes of training images, so that a network sees a different image each time.
public enum Augmentation: String, Sendable, Hashable, CaseIterable, Codable {
    case none
    /// Random crops: pads each image with black by an eighth of its sides and crops it to its original size.
    case crop
    /// Random crops, with half of the images mirrored.
    case cropFlip = "crop-flip"

    /// The standard augmentation of a data set. Photographs are cropped and mirrored, digits only cropped. Fashion-MNIST has none, because
    /// crops lowered the accuracy of its small networks.
    public static func standard(for dataset: String) -> Augmentation {
        switch DatasetFormat(rawValue: dataset) {
        case .fashionMNIST: .none
        case .mnist: .crop
        case .cifar10, .cifar100, .folder, nil: .cropFlip
        }
    }

    /// The change of one image.
    struct Change: Hashable {
        /// The offset of the crop from the original image, in rows and columns. 0, 0 leaves the image in place.
        var down = 0
        var right = 0
        var isMirrored = false
    }

    /// The largest offset of a crop.
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
    /// The randomly changed images at `indices`, scaled to [0, 1] and normalized: [n, channels, height, width].
    public func images(
        at indices: some RandomAccessCollection<Int>, _ normalization: Normalization, _ augmentation: Augmentation,
        using random: inout some RandomNumberGenerator, type: ScalarType = .float32, device: Device = .cpu
    ) -> Tensor {
        let changes = indices.map { _ in augmentation.change(height: height, width: width, using: &random) }
        let size = imageSize
        let bytes = [UInt8](unsafeUninitializedCapacity: indices.count * size) { buffer, initialized in
            pixels.withUnsafeBufferPointer { pixels in
                for (row, index) in indices.enumerated() {
                    precondition(0 <= index && index < count, "image index \(index) is outside 0..<\(count)")
                    copy(pixels.baseAddress! + index * size, to: buffer.baseAddress! + row * size, changes[row])
                }
            }
            initialized = indices.count * size
        }
        return normalized(bytes, count: indices.count, normalization, type: type, device: device)
    }

    /// Writes one changed image. Pixel (y, x) is the old pixel (y + down, x + right), or 0 outside the old image. Mirroring then reverses
    /// the columns.
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
                    // A plain loop over pointers, because iterators cost debug builds several seconds per data set.
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
