import CZlib

/// Reads gzip streams (RFC 1952) with the system's zlib and verifies checksums.
enum Gzip {
    /// The reason why bytes could not be unpacked.
    enum Failure: Error, Equatable {
        /// The bytes do not begin like a gzip stream.
        case notGzip
        /// The bytes end before the stream ends.
        case truncated
        /// The stream has an invalid code or checksum, with zlib's message.
        case damaged(String)
        /// The content exceeds the limit.
        case tooLarge(limit: Int)
        /// zlib could not allocate memory.
        case outOfMemory
    }

    static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }

    /// The content of a gzip file, with all its members concatenated.
    ///
    /// The limit bounds memory, because a few kilobytes can unpack to gigabytes.
    static func inflate(_ compressed: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        guard isGzip(compressed) else { throw .notGzip }
        guard let compressedCount = UInt32(exactly: compressed.count) else { throw .tooLarge(limit: limit) }
        var stream = z_stream()
        let gzipOnly: Int32 = 16 + MAX_WBITS
        guard inflateInit2_(&stream, gzipOnly, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .outOfMemory
        }
        defer { inflateEnd(&stream) }

        var content: [UInt8] = []
        // Images rarely compress to less than a third. Otherwise, the array grows.
        content.reserveCapacity(min(limit, 3 * compressed.count))
        var failure: Failure?
        compressed.withUnsafeBufferPointer { input in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 18) { chunk in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = compressedCount
                failure = inflateMembers(&stream, through: chunk, into: &content, limit: limit)
            }
        }
        if let failure { throw failure }
        return content
    }

    private static func inflateMembers(
        _ stream: inout z_stream, through chunk: UnsafeMutableBufferPointer<UInt8>, into content: inout [UInt8], limit: Int
    ) -> Failure? {
        while true {
            stream.next_out = chunk.baseAddress
            stream.avail_out = UInt32(chunk.count)
            let status = CZlib.inflate(&stream, Z_NO_FLUSH)
            let produced = chunk.count - Int(stream.avail_out)
            guard content.count + produced <= limit else { return .tooLarge(limit: limit) }
            content.append(contentsOf: UnsafeMutableBufferPointer(rebasing: chunk[..<produced]))
            switch status {
            case Z_STREAM_END where stream.avail_in == 0: return nil
            case Z_STREAM_END: inflateReset(&stream)
            case Z_OK where stream.avail_in > 0 || stream.avail_out == 0: continue
            case Z_OK, Z_BUF_ERROR: return .truncated
            case Z_MEM_ERROR: return .outOfMemory
            default: return .damaged(stream.msg.map { String(cString: $0) } ?? "zlib status \(status)")
            }
        }
    }
}
