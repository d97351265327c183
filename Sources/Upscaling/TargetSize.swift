/// A width and a height in pixels.
public struct PixelSize: Sendable, Equatable, Codable, CustomStringConvertible {
    /// Pixels from left to right.
    public let width: Int
    /// Pixels from top to bottom.
    public let height: Int

    /// A size in pixels.
    ///
    /// - Parameters:
    ///   - width: Pixels from left to right.
    ///   - height: Pixels from top to bottom.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// The number of pixels.
    public var count: Int { width * height }

    /// Width, a multiplication sign, height.
    public var description: String { "\(width)×\(height)" }
}

/// How large the result shall be.
public enum TargetSize: Sendable, Equatable {
    /// Both sides times a factor; the result is rounded to whole pixels.
    case scale(Double)
    /// Exactly this size, even when that changes the ratio of the sides.
    case size(PixelSize)
    /// This width, and the height that keeps the ratio of the sides.
    case width(Int)
    /// This height, and the width that keeps the ratio of the sides.
    case height(Int)

    /// Reads a size as people write it: `1920x1080`, `1920x` (any height) or `x1080` (any width).
    ///
    /// - Parameter text: The text; the letter may be `x`, `X` or `×`.
    public init?(size text: String) {
        let parts = text.split(omittingEmptySubsequences: false) { "xX×".contains($0) }
        guard parts.count == 2 else { return nil }
        let sides = parts.map { Int($0) }
        switch (sides[0], sides[1]) {
        case (let width?, let height?) where width > 0 && height > 0:
            self = .size(PixelSize(width: width, height: height))
        case (let width?, nil) where width > 0 && parts[1].isEmpty: self = .width(width)
        case (nil, let height?) where height > 0 && parts[0].isEmpty: self = .height(height)
        default: return nil
        }
    }

    /// The size of the result for a picture.
    ///
    /// - Parameter input: The size of the picture.
    /// - Returns: At least one pixel on each side.
    /// - Throws: ``UpscaleError/impossibleSize`` when a side does not fit into 31 bits.
    public func outputSize(for input: PixelSize) throws(UpscaleError) -> PixelSize {
        switch self {
        case .size(let size): return size
        case .scale(let factor):
            return try Self.size(input, times: factor)
        case .width(let width):
            let other = try Self.size(input, times: Double(width) / Double(input.width))
            return PixelSize(width: width, height: other.height)
        case .height(let height):
            let other = try Self.size(input, times: Double(height) / Double(input.height))
            return PixelSize(width: other.width, height: height)
        }
    }

    private static func size(
        _ input: PixelSize, times factor: Double
    ) throws(UpscaleError) -> PixelSize {
        let width = (Double(input.width) * factor).rounded()
        let height = (Double(input.height) * factor).rounded()
        let largest = Double(Int32.max)
        guard factor > 0, width <= largest, height <= largest else { throw .impossibleSize }
        return PixelSize(width: max(1, Int(width)), height: max(1, Int(height)))
    }
}
