public import Foundation

/// A kind of image file that can be read and written.
public enum ImageFormat: String, Sendable, CaseIterable {
    /// Portable Network Graphics: lossless, 8 or 16 bits, alpha.
    case png
    /// JPEG: lossy, 8 bits, no alpha.
    case jpeg
    /// WebP: lossy or lossless, 8 bits, alpha.
    case webp

    /// The endings of file names, the usual one first, in lower case and without a dot.
    public var fileExtensions: [String] {
        switch self {
        case .png: ["png"]
        case .jpeg: ["jpg", "jpeg", "jpe", "jfif"]
        case .webp: ["webp"]
        }
    }

    /// The format that a file name's ending stands for.
    ///
    /// - Parameter fileExtension: The ending without its dot, in any case.
    public init?(fileExtension: String) {
        let wanted = fileExtension.lowercased()
        guard let format = Self.allCases.first(where: { $0.fileExtensions.contains(wanted) }) else {
            return nil
        }
        self = format
    }

    /// The longest side that the format can store, in pixels.
    public var maximumDimension: Int {
        switch self {
        case .png: Int(Int32.max)
        case .jpeg: 65_500  // libjpeg's JPEG_MAX_DIMENSION
        case .webp: 16_383  // libwebp's WEBP_MAX_DIMENSION
        }
    }

    /// Whether the format can store alpha.
    public var storesAlpha: Bool { self != .jpeg }

    /// The greatest number of bits in a sample.
    public var maximumBitsPerSample: Int { self == .png ? 16 : 8 }

    /// The format that a file's first bytes show, whatever its name says.
    ///
    /// - Parameter data: The file, or at least its first twelve bytes.
    /// - Returns: The format, or `nil` when it is none that can be read.
    public static func sniff(_ data: Data) -> ImageFormat? {
        guard case .readable(let format) = FileSignature(of: data) else { return nil }
        return format
    }
}

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
