/// A rectangle of latent pixels.
public struct LatentRectangle: Sendable, Hashable {
    /// The leftmost column.
    public var x: Int
    /// The topmost row.
    public var y: Int
    /// Columns.
    public var width: Int
    /// Rows.
    public var height: Int

    /// Makes a rectangle.
    ///
    /// - Parameters:
    ///   - x: The leftmost column.
    ///   - y: The topmost row.
    ///   - width: Columns, at least 1.
    ///   - height: Rows, at least 1.
    public init(x: Int, y: Int, width: Int, height: Int) {
        precondition(width > 0 && height > 0, "a rectangle of \(width)×\(height) latent pixels")
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// The columns of the rectangle.
    public var columns: Range<Int> { x..<x + width }

    /// The rows of the rectangle.
    public var rows: Range<Int> { y..<y + height }

    /// The number of latent pixels.
    public var area: Int { width * height }

    /// Whether another rectangle lies inside this one.
    ///
    /// - Parameter other: The other rectangle.
    /// - Returns: Whether no pixel of it is outside.
    public func contains(_ other: LatentRectangle) -> Bool {
        other.x >= x && other.y >= y && other.x + other.width <= x + width
            && other.y + other.height <= y + height
    }

    /// The rectangle with so many pixels more on each side, pushed inside of bounds as far as
    /// possible so that most rectangles of one size stay of one size.
    func enlarged(by margin: Int, inside bounds: LatentRectangle) -> LatentRectangle {
        func axis(_ start: Int, _ length: Int, _ low: Int, _ extent: Int) -> (Int, Int) {
            let wanted = min(length + 2 * margin, extent)
            return (min(max(start - margin, low), low + extent - wanted), wanted)
        }
        let (x, width) = axis(self.x, self.width, bounds.x, bounds.width)
        let (y, height) = axis(self.y, self.height, bounds.y, bounds.height)
        return LatentRectangle(x: x, y: y, width: width, height: height)
    }

    /// The rectangle as seen from a place inside of it.
    func relative(to origin: LatentRectangle) -> LatentRectangle {
        LatentRectangle(x: x - origin.x, y: y - origin.y, width: width, height: height)
    }
}

extension LatentRectangle: CustomStringConvertible {
    /// The rectangle as "16×16 at (3, 5)".
    public var description: String { "\(width)×\(height) at (\(x), \(y))" }
}
