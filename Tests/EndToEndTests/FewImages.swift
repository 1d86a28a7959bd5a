import Foundation

/// The first images of Fashion-MNIST as a data set in MNIST's format: a training of seconds.
enum FewImages {
    static func write(to directory: URL) throws {
        let source = "/usr/share/datasets/fashion-mnist"
        for (prefix, count) in [("train", 1_200), ("t10k", 300)] {
            for (kind, header, size) in [("images-idx3", 16, 784), ("labels-idx1", 8, 1)] {
                let from = "\(source)/\(prefix)-\(kind)-ubyte.gz"
                var data = try Tool.run("/bin/sh", ["-c", "gzip -dc '\(from)' | head -c \(header + count * size)"]).output
                data.replaceSubrange(4..<8, with: withUnsafeBytes(of: UInt32(count).bigEndian) { Data($0) })
                try data.write(to: directory.appendingPathComponent("\(prefix)-\(kind)-ubyte"))
            }
        }
    }
}
