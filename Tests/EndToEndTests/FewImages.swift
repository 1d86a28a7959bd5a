import Foundation

/// The first images of Fashion-MNIST as a data set in MNIST's format: a training of seconds.
enum FewImages {
    static func write(to directory: URL) throws {
        let source = "/usr/share/datasets/fashion-mnist"
        for (prefix, count) in [("train", 1_200), ("t10k", 300)] {
            for (kind, header, size) in [("images-idx3", 16, 784), ("labels-idx1", 8, 1)] {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: "/bin/sh")
                let from = "\(source)/\(prefix)-\(kind)-ubyte.gz"
                process.arguments = ["-c", "gzip -dc '\(from)' | head -c \(header + count * size)"]
                let pipe = Pipe()
                process.standardOutput = pipe
                try process.run()
                var data = pipe.fileHandleForReading.readDataToEndOfFile()
                process.waitUntilExit()
                data.replaceSubrange(4..<8, with: withUnsafeBytes(of: UInt32(count).bigEndian) { Data($0) })
                try data.write(to: directory.appendingPathComponent("\(prefix)-\(kind)-ubyte"))
            }
        }
    }
}
