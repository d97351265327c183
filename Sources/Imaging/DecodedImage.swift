/// A picture that was read, and what its file said about it.
public struct DecodedImage: Sendable, Equatable {
    /// The pixels, upright.
    public var image: Image

    /// Metadata to carry over to the output.
    public var metadata: ImageMetadata

    /// The format of the file.
    public let format: ImageFormat

    /// Bits in a sample of the file, 1…16; for a palette, of its colours: 8.
    public let bitsPerSample: Int

    /// Puts a decoded image together.
    ///
    /// - Parameters:
    ///   - image: The pixels, upright.
    ///   - metadata: Metadata to carry.
    ///   - format: The format of the file.
    ///   - bitsPerSample: Bits in a sample of the file.
    public init(image: Image, metadata: ImageMetadata, format: ImageFormat, bitsPerSample: Int) {
        self.image = image
        self.metadata = metadata
        self.format = format
        self.bitsPerSample = bitsPerSample
    }
}

/// What a file's header promises; known without decoding a pixel.
public struct ImageHeader: Sendable, Equatable {
    /// Columns of the upright picture.
    public var width: Int

    /// Rows of the upright picture.
    public var height: Int

    /// The channels that decoding will give.
    public var channels: Image.Channels

    /// Bits in a sample of the file, 1…16; for a palette, of its colours: 8.
    public var bitsPerSample: Int

    /// The format of the file.
    public var format: ImageFormat
}

/// How much a file may ask for.
public struct DecodingLimits: Sendable, Equatable {
    /// The most pixels an image may have; checked before memory for them is taken.
    public var maximumPixels: Int

    /// 256 million pixels.
    public static let standard = DecodingLimits(maximumPixels: 256_000_000)

    /// Sets limits.
    ///
    /// - Parameter maximumPixels: The most pixels an image may have.
    public init(maximumPixels: Int) {
        self.maximumPixels = maximumPixels
    }
}
