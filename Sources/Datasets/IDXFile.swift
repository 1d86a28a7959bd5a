import Basics

/// A file of unsigned bytes in the IDX format.
///
/// It consists of two zero bytes, 08 for the type, the number of dimensions, each dimension as a big-endian 32-bit number, and the bytes
/// with the last dimension fastest. Source: LeCun, Cortes and Burges, "The MNIST database".
struct IDXFile {
    let file: DatasetFile
    let dimensions: [Int]

    /// The values, without the header.
    var content: ArraySlice<UInt8> { file.bytes[Self.headerSize(dimensions.count)...] }

    private static func headerSize(_ rank: Int) -> Int { 4 + 4 * rank }

    /// Checks the header and the number of bytes that follow.
    init(_ file: DatasetFile, rank: Int) throws(DatasetFileError) {
        let magic: [UInt8] = [0, 0, 8, UInt8(rank)]
        guard file.bytes.starts(with: magic) else {
            throw file.error(
                found: "a file that begins with \(file.bytes.isEmpty ? "nothing" : DatasetFile.hexadecimal(file.bytes.prefix(4)))",
                expected: "\(DatasetFile.hexadecimal(magic)), an IDX file of bytes in \(rank) dimension\(rank == 1 ? "" : "s")")
        }
        let headerSize = Self.headerSize(rank)
        guard file.bytes.count >= headerSize else {
            throw file.error(found: "\(file.bytes.count) bytes", expected: "an IDX header of \(headerSize) bytes")
        }
        dimensions = (0..<rank).map { dimension in
            file.bytes[(4 + 4 * dimension)..<(8 + 4 * dimension)].reduce(0) { $0 << 8 | Int($1) }
        }
        self.file = file
        guard let size = Self.product(dimensions), size == file.bytes.count - headerSize, size > 0 else {
            throw file.error(
                found: "\(file.bytes.count - headerSize) bytes after the header",
                expected: "\(dimensions.map(String.init).joined(separator: "×")), as in the header")
        }
    }

    /// The product; nil on overflow, which three 32-bit numbers can cause.
    private static func product(_ factors: [Int]) -> Int? {
        factors.reduce(1) { (product: Int?, factor) in
            product.flatMap { product in
                let (value, overflow) = product.multipliedReportingOverflow(by: factor)
                return overflow ? nil : value
            }
        }
    }

    /// Reads gray images and their classes from `PREFIX-images-idx3-ubyte` and `PREFIX-labels-idx1-ubyte`, each with or without `.gz`.
    static func imageSet(
        prefix: String, in directory: String, classNames: [String], remedy: UserMessage
    ) throws(DatasetFileError) -> ImageSet {
        let imageFile = try DatasetFile.read("\(prefix)-images-idx3-ubyte", in: directory, remedy: remedy)
        let images = try IDXFile(imageFile, rank: 3)
        let labelFile = try DatasetFile.read("\(prefix)-labels-idx1-ubyte", in: directory, remedy: remedy)
        let labels = try IDXFile(labelFile, rank: 1)
        guard labels.dimensions[0] == images.dimensions[0] else {
            throw labelFile.error(
                found: "\(labels.dimensions[0]) labels", expected: "one for each of the \(images.dimensions[0]) images")
        }
        try labelFile.checkLabels(labels.content, classes: classNames.count)
        return ImageSet(
            pixels: Array(images.content), labels: Array(labels.content),
            channels: 1, height: images.dimensions[1], width: images.dimensions[2], classNames: classNames)
    }
}
