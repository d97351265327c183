/// What one patch of a memory is: its sizes, which belong to the networks that made it.
public struct PatchShape: Sendable, Hashable, Codable {
    /// The side of a value in latent pixels, V.
    public let side: Int

    /// The channels of a latent, c.
    public let channels: Int

    /// The numbers in a key, K.
    public let keySize: Int

    /// The pixels along one side of a latent pixel, f.
    public let downsampling: Int

    /// Describes patches.
    ///
    /// - Parameters:
    ///   - side: The side of a value in latent pixels, at least 1.
    ///   - channels: The channels of a latent, at least 1.
    ///   - keySize: The numbers in a key, at least 1.
    ///   - downsampling: The pixels along one side of a latent pixel, at least 1.
    public init(side: Int, channels: Int, keySize: Int, downsampling: Int) {
        precondition(
            side > 0 && channels > 0 && keySize > 0 && downsampling > 0,
            "patches of [\(side), \(side), \(channels)], \(keySize), \(downsampling)")
        self.side = side
        self.channels = channels
        self.keySize = keySize
        self.downsampling = downsampling
    }

    /// The numbers in a value, V·V·c.
    public var valueSize: Int { side * side * channels }

    /// The side of a patch in pixels, V·f.
    public var sidePixels: Int { side * downsampling }

    enum CodingKeys: String, CodingKey {
        case side, channels, downsampling
        case keySize = "key_size"
    }
}

/// Where a patch lies in an upright picture.
public struct PatchPosition: Sendable, Hashable, Comparable, Codable {
    /// The left edge in pixels, a multiple of the downsampling.
    public let x: Int

    /// The upper edge in pixels, a multiple of the downsampling.
    public let y: Int

    /// A place in a picture.
    ///
    /// - Parameters:
    ///   - x: The left edge in pixels.
    ///   - y: The upper edge in pixels.
    public init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }

    /// Rows from the top, and columns from the left in a row.
    public static func < (a: PatchPosition, b: PatchPosition) -> Bool { (a.y, a.x) < (b.y, b.x) }
}
