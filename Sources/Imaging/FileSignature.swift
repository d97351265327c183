import Foundation

/// What the first bytes of a file show.
enum FileSignature: Equatable {
    case readable(ImageFormat)
    /// An image of a kind that is not read, by its usual name.
    case foreign(String)
    case unknown

    init(of data: Data) {
        let head = [UInt8](data.prefix(16))
        func has(_ text: String, at offset: Int = 0) -> Bool {
            head.dropFirst(offset).starts(with: text.utf8)
        }

        if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .readable(.png)
        } else if head.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .readable(.jpeg)
        } else if has("RIFF"), has("WEBP", at: 8) {
            self = .readable(.webp)
        } else if has("GIF8") {
            self = .foreign("GIF")
        } else if has("II*\0") || has("MM\0*") || has("II+\0") || has("MM\0+") {
            self = .foreign("TIFF")
        } else if has("BM") {
            self = .foreign("BMP")
        } else if has("ftyp", at: 4) {
            self = Self.isobmff(brand: head.dropFirst(8).prefix(4))
        } else if has("jP  ", at: 4) || head.starts(with: [0xFF, 0x4F, 0xFF, 0x51]) {
            self = .foreign("JPEG 2000")
        } else if has("JXL ", at: 4) || head.starts(with: [0xFF, 0x0A]) {
            self = .foreign("JPEG XL")
        } else if has("8BPS") {
            self = .foreign("Photoshop")
        } else if has("%PDF") {
            self = .foreign("PDF")
        } else if has("<svg") || has("<?xml") {
            self = .foreign("SVG or XML")
        } else {
            self = .unknown
        }
    }

    /// Files of the ISO base media family tell themselves apart by a brand.
    private static func isobmff(brand: some Sequence<UInt8>) -> FileSignature {
        switch String(decoding: Array(brand), as: UTF8.self) {
        case "avif", "avis": .foreign("AVIF")
        case "heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1": .foreign("HEIC")
        case "crx ": .foreign("Canon raw")
        default: .foreign("video")
        }
    }
}
