import Foundation

/// Parts of Fashion-MNIST in other formats.
enum FewImages {
    static let source = "/usr/share/datasets/fashion-mnist"

    /// Writes the first images as a data set in MNIST's format. Training on it needs seconds.
    static func write(to directory: URL) throws {
        for (prefix, count) in [("train", 1_200), ("t10k", 300)] {
            for (kind, header, size) in [("images-idx3", 16, 784), ("labels-idx1", 8, 1)] {
                let from = "\(source)/\(prefix)-\(kind)-ubyte.gz"
                var data = try Tool.run("/bin/sh", ["-c", "gzip -dc '\(from)' | head -c \(header + count * size)"]).output
                data.replaceSubrange(4..<8, with: withUnsafeBytes(of: UInt32(count).bigEndian) { Data($0) })
                try data.write(to: directory.appendingPathComponent("\(prefix)-\(kind)-ubyte"))
            }
        }
    }

    /// Writes the test part as CIFAR-10 files: gray images with a black margin, the same in every batch.
    static func writeAsCIFAR10(to directory: URL) throws {
        func unpacked(_ kind: String, after header: Int) throws -> [UInt8] {
            [UInt8](try Tool.run("/bin/sh", ["-c", "gzip -dc '\(source)/t10k-\(kind)-ubyte.gz'"]).output.dropFirst(header))
        }
        let (pixels, labels) = (try unpacked("images-idx3", after: 16), try unpacked("labels-idx1", after: 8))
        var records = Data(capacity: labels.count * 3_073)
        let margin = Data(count: 2)
        for (image, label) in labels.enumerated() {
            var plane = Data(count: 2 * 32)
            for row in 0..<28 {
                let start = (image * 28 + row) * 28
                plane += margin + pixels[start..<start + 28] + margin
            }
            plane.append(Data(count: 2 * 32))
            records.append(label)
            for _ in 0..<3 { records.append(plane) }
        }
        let test = directory.appendingPathComponent("test_batch.bin")
        try records.write(to: test)
        for batch in 1...5 {
            try FileManager.default.linkItem(at: test, to: directory.appendingPathComponent("data_batch_\(batch).bin"))
        }
        let names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
        try Data(names.joined(separator: "\n").utf8).write(to: directory.appendingPathComponent("batches.meta.txt"))
    }
}
