/// How the rows and columns of a stored picture relate to what is to be seen.
///
/// Source: EXIF 2.32 (CIPA DC-008), tag 274; raw values are the tag's.
public enum ExifOrientation: Int, Sendable, CaseIterable {
    /// Stored as it is to be seen.
    case upright = 1
    /// Mirrored left to right.
    case mirrored = 2
    /// Turned by 180°.
    case upsideDown = 3
    /// Mirrored top to bottom.
    case flipped = 4
    /// Mirrored along the diagonal from top left.
    case transposed = 5
    /// To be turned by 90° clockwise.
    case turnedLeft = 6
    /// Mirrored along the diagonal from top right.
    case transversed = 7
    /// To be turned by 90° counter-clockwise.
    case turnedRight = 8

    /// Whether stored rows are columns of the picture.
    public var swapsAxes: Bool { rawValue >= 5 }

    /// Where a pixel of the upright picture is stored.
    ///
    /// - Parameters:
    ///   - x: Column in the upright picture.
    ///   - y: Row in the upright picture.
    ///   - width: Columns as stored.
    ///   - height: Rows as stored.
    /// - Returns: Column and row as stored.
    func source(x: Int, y: Int, width: Int, height: Int) -> (x: Int, y: Int) {
        switch self {
        case .upright: (x, y)
        case .mirrored: (width - 1 - x, y)
        case .upsideDown: (width - 1 - x, height - 1 - y)
        case .flipped: (x, height - 1 - y)
        case .transposed: (y, x)
        case .turnedLeft: (y, height - 1 - x)
        case .transversed: (width - 1 - y, height - 1 - x)
        case .turnedRight: (width - 1 - y, x)
        }
    }
}
