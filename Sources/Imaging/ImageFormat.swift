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
