/// A picture in memory: interleaved samples, row by row from the top.
///
/// Samples are 32-bit floats, encoded as in the file (for almost every picture: sRGB), with 0 for
/// black or transparent and 1 for white or opaque. Values outside 0…1 may stand between two steps
/// of a computation; ``clamped()`` removes them. Alpha is straight, not premultiplied.
public struct Image: Sendable, Equatable {
    /// What the samples of one pixel are.
    public enum Channels: Int, Sendable, CaseIterable {
        /// One sample: luminance.
        case grey = 1
        /// Two samples: luminance, alpha.
        case greyAlpha = 2
        /// Three samples: red, green, blue.
        case rgb = 3
        /// Four samples: red, green, blue, alpha.
        case rgba = 4

        /// The number of samples in a pixel.
        public var count: Int { rawValue }

        /// Whether the last sample is alpha.
        public var hasAlpha: Bool { self == .greyAlpha || self == .rgba }

        /// The number of samples in a pixel without alpha: 1 or 3.
        public var colourCount: Int { hasAlpha ? rawValue - 1 : rawValue }

        /// The same colours without alpha.
        public var withoutAlpha: Channels { hasAlpha ? (self == .rgba ? .rgb : .grey) : self }

        /// The same colours with alpha.
        public var withAlpha: Channels { colourCount == 3 ? .rgba : .greyAlpha }
    }

    /// Pixels in a row.
    public let width: Int

    /// Rows.
    public let height: Int

    /// What the samples of one pixel are.
    public let channels: Channels

    /// The samples; `width * height * channels.count` of them.
    public var pixels: [Float]

    /// Makes an image of given samples.
    ///
    /// - Parameters:
    ///   - width: Pixels in a row, at least 1.
    ///   - height: Rows, at least 1.
    ///   - channels: What the samples of one pixel are.
    ///   - pixels: The samples, `width * height * channels.count` of them.
    public init(width: Int, height: Int, channels: Channels, pixels: [Float]) {
        precondition(width > 0 && height > 0, "an image of \(width)×\(height) pixels")
        precondition(
            pixels.count == width * height * channels.count,
            "\(pixels.count) samples for \(width)×\(height) pixels of \(channels.count)")
        self.width = width
        self.height = height
        self.channels = channels
        self.pixels = pixels
    }

    /// Makes an image whose samples are all equal.
    ///
    /// - Parameters:
    ///   - width: Pixels in a row, at least 1.
    ///   - height: Rows, at least 1.
    ///   - channels: What the samples of one pixel are.
    ///   - value: The value of every sample, alpha included.
    public init(width: Int, height: Int, channels: Channels, filledWith value: Float) {
        self.init(
            width: width, height: height, channels: channels,
            pixels: [Float](repeating: value, count: width * height * channels.count))
    }

    /// Where the first sample of a pixel stands in ``pixels``.
    ///
    /// - Parameters:
    ///   - x: The column, from the left.
    ///   - y: The row, from the top.
    /// - Returns: The index of the pixel's first sample.
    public func index(x: Int, y: Int) -> Int { (y * width + x) * channels.count }
}
