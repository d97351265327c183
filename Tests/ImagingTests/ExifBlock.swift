import Foundation

/// Makes EXIF blocks by hand.
enum ExifBlock {
    /// A directory of three entries with the orientation in the middle, and bytes behind it.
    static func data(orientation: UInt16, isLittleEndian: Bool) -> Data {
        var block = Data(isLittleEndian ? "II".utf8 : "MM".utf8)
        func append<Number: FixedWidthInteger>(_ number: Number) {
            let ordered = isLittleEndian ? number.littleEndian : number.bigEndian
            withUnsafeBytes(of: ordered) { block.append(contentsOf: $0) }
        }
        func appendEntry(tag: UInt16, value: UInt16) {
            append(tag)
            append(UInt16(3))  // SHORT
            append(UInt32(1))
            append(value)
            append(UInt16(0))
        }
        append(UInt16(42))
        append(UInt32(8))
        append(UInt16(3))
        appendEntry(tag: 0x0102, value: 8)
        appendEntry(tag: 0x0112, value: orientation)
        appendEntry(tag: 0x0128, value: 2)
        append(UInt32(0))
        block.append(contentsOf: "and the rest is kept".utf8)
        return block
    }
}
