/// How to store an image.
public struct EncodingOptions: Sendable, Equatable {
    /// Bits in a sample of a PNG, 8 or 16.
    ///
    /// JPEG and WebP always have 8.
    public var bitsPerSample: Int

    /// Quality of JPEG and lossy WebP, 1…100.
    ///
    /// From 90 on, JPEG keeps colour at full resolution.
    public var quality: Int

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
    public init(
        bitsPerSample: Int = 8, quality: Int = 95, lossless: Bool = false, pngCompression: Int = 3
    ) {
        self.bitsPerSample = bitsPerSample
        self.quality = quality
        self.lossless = lossless
        self.pngCompression = pngCompression
    }
}
