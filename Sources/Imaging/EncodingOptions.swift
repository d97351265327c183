/// How to store an image.
public struct EncodingOptions: Sendable, Equatable {
    /// Bits in a sample of a PNG, 8 or 16.
    ///
    /// JPEG and WebP always have 8.
    public var bitsPerSample: Int

    /// Quality of JPEG and lossy WebP, 1…100.
    ///
    /// From 90 on, JPEG keeps colour at full resolution, unless ``jpegColour`` says otherwise.
    public var quality: Int

    /// At what resolution JPEG stores colour.
    public var jpegColour: JPEGColour

    /// Whether WebP loses nothing.
    public var lossless: Bool

    /// Effort spent on compressing PNG, 0…9, as in zlib.
    public var pngCompression: Int

    /// Chooses how to store an image.
    ///
    /// - Parameters:
    ///   - bitsPerSample: Bits in a sample of a PNG: 8 or 16.
    ///   - quality: Quality of JPEG and lossy WebP, 1…100.
    ///   - lossless: Whether WebP loses nothing.
    ///   - pngCompression: Effort spent on compressing PNG, 0…9.
    ///   - jpegColour: At what resolution JPEG stores colour.
    public init(
        bitsPerSample: Int = 8, quality: Int = 95, lossless: Bool = false, pngCompression: Int = 3,
        jpegColour: JPEGColour = .byQuality
    ) {
        self.bitsPerSample = bitsPerSample
        self.quality = quality
        self.lossless = lossless
        self.pngCompression = pngCompression
        self.jpegColour = jpegColour
    }
}

/// The resolution of a JPEG file's two colour planes.
public enum JPEGColour: Sendable, Equatable {
    /// Full from quality 90 on, half below.
    case byQuality
    /// As many samples as luminance has (4:4:4).
    case full
    /// Half as many in both directions (4:2:0), as most cameras and programs store it.
    case half
}
