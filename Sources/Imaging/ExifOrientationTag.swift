import Foundation

/// Finds and resets the orientation inside an EXIF block, and touches nothing else.
struct ExifOrientationTag {
    let orientation: ExifOrientation

    /// Where the tag's two-byte value stands.
    private let valueOffset: Int
    private let isLittleEndian: Bool

    /// Looks for the tag in the first directory of a TIFF structure.
    ///
    /// A block that is not understood has no tag; it is carried as it is. The thumbnail's
    /// directory, the second one, is left alone.
    init?(in exif: Data) {
        let bytes = [UInt8](exif)
        let isLittleEndian = bytes.starts(with: [0x49, 0x49])
        guard isLittleEndian || bytes.starts(with: [0x4D, 0x4D]) else { return nil }

        func number(at offset: Int, bytes count: Int) -> Int? {
            guard offset >= 0, count <= bytes.count, offset <= bytes.count - count else {
                return nil
            }
            let digits = bytes[offset..<offset + count]
            return (isLittleEndian ? Array(digits.reversed()) : Array(digits))
                .reduce(0) { $0 << 8 | Int($1) }
        }

        guard number(at: 2, bytes: 2) == 42,
            let directory = number(at: 4, bytes: 4),
            let entryCount = number(at: directory, bytes: 2)
        else { return nil }
        for entry in 0..<entryCount {
            let offset = directory + 2 + 12 * entry
            guard let tag = number(at: offset, bytes: 2) else { return nil }
            guard tag == 274 else { continue }
            guard number(at: offset + 2, bytes: 2) == 3,  // SHORT
                number(at: offset + 4, bytes: 4) == 1,  // one value
                let value = number(at: offset + 8, bytes: 2),
                let orientation = ExifOrientation(rawValue: value)
            else { return nil }
            self.orientation = orientation
            self.valueOffset = offset + 8
            self.isLittleEndian = isLittleEndian
            return
        }
        return nil
    }

    /// The block this was found in, with its orientation set to upright.
    func reset(in exif: Data) -> Data {
        var bytes = [UInt8](exif)
        bytes[valueOffset] = isLittleEndian ? 1 : 0
        bytes[valueOffset + 1] = isLittleEndian ? 0 : 1
        return Data(bytes)
    }
}
