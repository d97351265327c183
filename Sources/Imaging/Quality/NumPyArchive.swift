import Foundation

/// The arrays of doubles in a file of NumPy's `savez`: an uncompressed zip of `.npy` files.
///
/// Source: PKWARE's APPNOTE 6.3, and `numpy/lib/format.py`. Nothing is trusted: every offset is
/// checked against the file, every array against its checksum and its number of values.
struct NumPyArchive {
    /// What is wrong with a file.
    struct Fault: Error {
        let reason: String

        init(_ reason: String) { self.reason = reason }
    }

    /// The bytes of each array's file, by its name without `.npy`.
    private let members: [String: ArraySlice<UInt8>]

    /// Finds the arrays.
    ///
    /// - Parameter bytes: The whole file.
    /// - Throws: A ``Fault`` for anything that `savez` doesn't write.
    init(_ bytes: [UInt8]) throws(Fault) {
        let file = LittleEndian(bytes: bytes[...])
        // The directory is announced at the end, before a comment of at most 65,535 bytes.
        let earliest = max(0, bytes.count - 22 - 65_535)
        guard bytes.count >= 22,
            let end = stride(from: bytes.count - 22, through: earliest, by: -1)
                .first(where: { file.integer(at: $0, bytes: 4) == 0x0605_4b50 }),
            let count = file.integer(at: end + 10, bytes: 2),
            var entry = file.integer(at: end + 16, bytes: 4)
        else { throw Fault("this is not an .npz file") }

        var members: [String: ArraySlice<UInt8>] = [:]
        for _ in 0..<count {
            guard file.integer(at: entry, bytes: 4) == 0x0201_4b50,
                let method = file.integer(at: entry + 10, bytes: 2),
                let checksum = file.integer(at: entry + 16, bytes: 4),
                let stored = file.integer(at: entry + 20, bytes: 4),
                let nameLength = file.integer(at: entry + 28, bytes: 2),
                let extraLength = file.integer(at: entry + 30, bytes: 2),
                let commentLength = file.integer(at: entry + 32, bytes: 2),
                let local = file.integer(at: entry + 42, bytes: 4),
                let name = file.bytes(at: entry + 46, count: nameLength)
            else { throw Fault("its directory is damaged") }
            guard method == 0 else {
                throw Fault("its arrays are compressed; write them with numpy.savez")
            }
            guard file.integer(at: local, bytes: 4) == 0x0403_4b50,
                let localName = file.integer(at: local + 26, bytes: 2),
                let localExtra = file.integer(at: local + 28, bytes: 2),
                let contents = file.bytes(at: local + 30 + localName + localExtra, count: stored)
            else { throw Fault("it is cut short") }
            guard Checksum.crc32(contents) == UInt32(checksum) else {
                throw Fault("a checksum is wrong")
            }
            let text = String(decoding: name, as: UTF8.self)
            members[text.hasSuffix(".npy") ? String(text.dropLast(4)) : text] = contents
            entry += 46 + nameLength + extraLength + commentLength
        }
        self.members = members
    }

    /// The values of an array, in the order in which they are stored.
    ///
    /// - Parameters:
    ///   - name: The array's name.
    ///   - count: How many values it must have.
    /// - Returns: `count` values.
    /// - Throws: A ``Fault`` when there is no such array of doubles.
    func doubles(_ name: String, count: Int) throws(Fault) -> [Double] {
        guard let member = members[name] else { throw Fault("it has no array '\(name)'") }
        let file = LittleEndian(bytes: member)
        guard file.bytes(at: 0, count: 6).map(Array.init) == [0x93] + Array("NUMPY".utf8),
            let version = file.integer(at: 6, bytes: 1),
            let headerLength = file.integer(at: 8, bytes: version == 1 ? 2 : 4),
            let header = file.bytes(at: version == 1 ? 10 : 12, count: headerLength)
        else { throw Fault("'\(name)' is not an array of NumPy") }
        guard String(decoding: header, as: UTF8.self).contains("'descr': '<f8'") else {
            throw Fault("'\(name)' is not of 64-bit floats")
        }
        let start = (version == 1 ? 10 : 12) + headerLength
        guard member.count == start + 8 * count,
            let values = file.bytes(at: start, count: 8 * count)
        else { throw Fault("'\(name)' does not have \(count) values") }
        return stride(from: values.startIndex, to: values.endIndex, by: 8).map { index in
            let bits = values[index..<index + 8].reversed().reduce(UInt64(0)) {
                $0 << 8 | UInt64($1)
            }
            return Double(bitPattern: bits)
        }
    }
}

/// Checked reading of little-endian numbers.
private struct LittleEndian {
    let bytes: ArraySlice<UInt8>

    /// `count` bytes at an offset, or nil when they are not all there.
    func bytes(at offset: Int, count: Int) -> ArraySlice<UInt8>? {
        guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else {
            return nil
        }
        return bytes[(bytes.startIndex + offset)..<(bytes.startIndex + offset + count)]
    }

    /// An unsigned number of up to four bytes.
    func integer(at offset: Int, bytes count: Int) -> Int? {
        bytes(at: offset, count: count)?.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}

private enum Checksum {
    /// CRC-32 as in zip: polynomial 0xEDB88320, bits reversed.
    static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var remainder = UInt32.max
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 {
                remainder = remainder >> 1 ^ (remainder & 1 == 1 ? 0xEDB8_8320 : 0)
            }
        }
        return ~remainder
    }
}
