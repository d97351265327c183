public import Foundation

/// What a file says about its picture, carried from input to output unchanged.
///
/// When an image is read, its EXIF orientation is applied to the pixels, and the orientation kept
/// here is set to "upright".
public struct ImageMetadata: Sendable, Equatable {
    /// The ICC profile.
    public var icc: Data?

    /// The EXIF block: a TIFF structure, without the prefix that JPEG puts before it.
    public var exif: Data?

    /// The XMP packet: XML in UTF-8.
    public var xmp: Data?

    /// PNG's own statement about colour.
    ///
    /// Other formats cannot store it, and beside a profile, which takes precedence, it is not
    /// written.
    public var pngColour: PNGColour?

    /// Makes metadata; nothing, unless told otherwise.
    ///
    /// - Parameters:
    ///   - icc: The ICC profile.
    ///   - exif: The EXIF block without prefix.
    ///   - xmp: The XMP packet.
    ///   - pngColour: PNG's own statement about colour.
    public init(
        icc: Data? = nil, exif: Data? = nil, xmp: Data? = nil, pngColour: PNGColour? = nil
    ) {
        self.icc = icc
        self.exif = exif
        self.xmp = xmp
        self.pngColour = pngColour
    }

    /// What would be lost if this were written in a format, in words; empty when all of it fits.
    ///
    /// JPEG stores EXIF and XMP in one segment each, of 65,533 bytes. A profile is left out when it
    /// is made for other colours than the image has.
    ///
    /// - Parameters:
    ///   - format: The format to write.
    ///   - channels: The channels of the image to write.
    /// - Returns: Names of what is left out, such as "XMP".
    public func losses(in format: ImageFormat, channels: Image.Channels) -> [String] {
        let kept = fitting(format, channels: channels)
        var lost: [String] = []
        if icc != kept.icc { lost.append("ICC profile") }
        if exif != kept.exif { lost.append("EXIF") }
        if xmp != kept.xmp { lost.append("XMP") }
        return lost
    }

    /// The part that a format can store beside an image.
    func fitting(_ format: ImageFormat, channels: Image.Channels) -> ImageMetadata {
        var kept = self
        if let icc, !ICCProfile.isUsable(icc, for: channels) { kept.icc = nil }
        if format == .jpeg {
            if let exif, exif.count > JPEGCodec.maximumExif { kept.exif = nil }
            if let xmp, xmp.count > JPEGCodec.maximumXMP { kept.xmp = nil }
            if let icc, icc.count > JPEGCodec.maximumICC { kept.icc = nil }
        }
        if format != .png || kept.icc != nil { kept.pngColour = nil }
        return kept
    }
}

/// The little that must be known of an ICC profile to carry it.
enum ICCProfile {
    /// Whether a profile is for the colours of an image; a CMYK profile is not, once CMYK is
    /// converted.
    ///
    /// Source: ICC.1:2022, 7.2.6: bytes 16…19 of the header name the data colour space.
    static func isUsable(_ profile: Data, for channels: Image.Channels) -> Bool {
        guard profile.count >= 128 else { return false }
        let space = String(decoding: profile.dropFirst(16).prefix(4), as: UTF8.self)
        return space == (channels.colourCount == 1 ? "GRAY" : "RGB ")
    }
}
