import Foundation

/// The checksum of PNG chunks, to forge files whose damage libpng does not notice at once.
enum PNGChecksum {
    /// The four bytes that stand behind a chunk's type and data.
    ///
    /// Source: PNG specification, annex D.
    static func bytes(of typeAndData: Data) -> [UInt8] {
        var crc: UInt32 = ~0
        for byte in typeAndData {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return withUnsafeBytes(of: (~crc).bigEndian) { Array($0) }
    }

    /// The file with the checksum of every whole chunk made right.
    static func repaired(_ file: Data) -> Data {
        var bytes = [UInt8](file)
        var start = 8
        while start + 12 <= bytes.count {
            let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            let end = start + 8 + length
            guard end + 4 <= bytes.count else { break }
            bytes.replaceSubrange(end..<end + 4, with: self.bytes(of: Data(bytes[start + 4..<end])))
            start = end + 4
        }
        return Data(bytes)
    }
}
