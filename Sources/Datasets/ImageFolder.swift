import Basics
internal import CImageFiles
import Foundation
import Tensors

/// A user's data set. Folders `train` and `test` each contain one folder of PNG or JPEG images per class, named after the class.
///
/// Images are cropped around their center to the requested shape and resized. They become gray if all are gray, else red, green and blue.
struct ImageFolder {
    let directory: String
    /// The height and width of the images. If nil, images keep their size if all are equal and small, and become 32 × 32 otherwise.
    let size: (height: Int, width: Int)?
    let remedy: UserMessage

    static let endings: Set = ["png", "jpg", "jpeg"]
    /// Labels are bytes.
    private static let mostClasses = 256
    /// The largest side of images that keep their size. Networks here expect small images.
    private static let largestOwnSize = 64
    private static let standardSize = 32

    /// A decoded image with values from 0 to 255.
    private struct Picture {
        let channels: Int
        let height: Int
        let width: Int
        /// The pixels row by row, with interleaved channels.
        let bytes: [UInt8]
    }

    private struct Part {
        var pictures: [Picture] = []
        var labels: [UInt8] = []
    }

    func load() throws(DatasetFileError) -> (train: ImageSet, test: ImageSet) {
        let names = try classNames("train")
        let others = try classNames("test")
        guard names == others else {
            let odd = Set(names).symmetricDifference(others).sorted()[0]
            throw error(
                "\(directory)/\(names.contains(odd) ? "test" : "train")", found: "no folder \(odd)",
                expected: "the same classes in train and test")
        }
        let (train, test) = (try read("train", names), try read("test", names))
        let all = train.pictures + test.pictures
        let (first, isGray) = (all[0], all.allSatisfy { $0.channels == 1 })
        let areAlike = all.allSatisfy { $0.height == first.height && $0.width == first.width }
        let isSmall = max(first.height, first.width) <= Self.largestOwnSize
        let target = size ?? (areAlike && isSmall ? (first.height, first.width) : (Self.standardSize, Self.standardSize))
        func set(_ part: Part) -> ImageSet {
            ImageSet(
                pixels: part.pictures.flatMap { Self.planes($0, channels: isGray ? 1 : 3, height: target.0, width: target.1) },
                labels: part.labels,
                channels: isGray ? 1 : 3, height: target.0, width: target.1, classNames: names)
        }
        return (set(train), set(test))
    }

    private func error(_ file: String, found: String, expected: String) -> DatasetFileError {
        DatasetFileError(file: file, found: found, expected: expected, remedy: remedy)
    }

    /// The names of the folders in a part, sorted, without hidden ones.
    private func classNames(_ part: String) throws(DatasetFileError) -> [String] {
        let path = "\(directory)/\(part)"
        guard let entries = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw error(path, found: "no such folder", expected: "a folder for each class")
        }
        let names = entries.filter { name in
            var isDirectory: ObjCBool = false
            return !name.hasPrefix(".") && FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isDirectory)
                && isDirectory.boolValue
        }
        guard (2...Self.mostClasses).contains(names.count) else {
            throw error(
                path, found: names.count == 1 ? "1 folder" : "\(names.count) folders",
                expected: "2 to \(Self.mostClasses), one for each class")
        }
        return names.sorted()
    }

    private func read(_ part: String, _ names: [String]) throws(DatasetFileError) -> Part {
        var result = Part()
        for (label, name) in names.enumerated() {
            let path = "\(directory)/\(part)/\(name)"
            let files = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted().filter { file in
                !file.hasPrefix(".") && Self.endings.contains(file.split(separator: ".").last?.lowercased() ?? "")
            }
            guard !files.isEmpty else { throw error(path, found: "no images", expected: "PNG or JPEG files") }
            for file in files {
                result.pictures.append(try decoded("\(path)/\(file)"))
                result.labels.append(UInt8(label))
            }
        }
        return result
    }

    private func decoded(_ path: String) throws(DatasetFileError) -> Picture {
        var image = cif_image()
        var message = [CChar](repeating: 0, count: 256)
        guard cif_read(path, &image, &message, message.count) == 0 else {
            let reason = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw error(path, found: reason, expected: "a complete PNG or JPEG image")
        }
        defer { cif_free(&image) }
        let (channels, height, width) = (Int(image.channels), Int(image.height), Int(image.width))
        return Picture(
            channels: channels, height: height, width: width,
            bytes: Array(UnsafeBufferPointer(start: image.pixels, count: channels * height * width)))
    }

    /// The pixels channel by channel, cropped and resized.
    private static func planes(_ picture: Picture, channels: Int, height: Int, width: Int) -> [UInt8] {
        var planes = [UInt8]()
        planes.reserveCapacity(channels * picture.height * picture.width)
        for channel in 0..<channels {
            planes.append(
                contentsOf: stride(from: min(channel, picture.channels - 1), to: picture.bytes.count, by: picture.channels).lazy.map {
                    picture.bytes[$0]
                })
        }
        return Resizing(height: height, width: width).resized(
            planes, images: 1, channels: channels, height: picture.height, width: picture.width)
    }
}
