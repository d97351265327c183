/// The chunks by which a PNG file says how its samples relate to light.
///
/// Source: PNG specification, third edition, 11.3.2 (`cHRM`, `gAMA`, `sRGB`). They are carried, not
/// applied.
public struct PNGColour: Sendable, Equatable {
    /// The exponent of `gAMA`, times 100,000; 45,455 for 1/2.2.
    public var gamma: Int?

    /// White point, red, green and blue of `cHRM` as x, y pairs, each times 100,000.
    public var chromaticities: [Int]?

    /// The rendering intent of `sRGB`, 0…3.
    public var sRGBIntent: Int?

    /// Makes a statement about colour; an empty one, unless told otherwise.
    ///
    /// - Parameters:
    ///   - gamma: The exponent times 100,000.
    ///   - chromaticities: Eight numbers: white, red, green and blue as x, y; times 100,000.
    ///   - sRGBIntent: The rendering intent, 0…3.
    public init(gamma: Int? = nil, chromaticities: [Int]? = nil, sRGBIntent: Int? = nil) {
        self.gamma = gamma
        self.chromaticities = chromaticities
        self.sRGBIntent = sRGBIntent
    }
}
