/// What was said of each region of a photo.
public struct DegradationMap: Sendable, Equatable {
    /// Regions from top to bottom.
    public let rowCount: Int

    /// Regions from left to right.
    public let columnCount: Int

    /// Pixels from one region to the next; a region is ``regionSide`` pixels wide, so they overlap.
    public let stride: Int

    /// The side of a region in pixels.
    public let regionSide: Int

    /// The probabilities of all degrees of all types in each region, `[rows, columns, P]`.
    public let probabilities: [Float]

    /// Where each type's degrees lie among the P.
    public let ranges: [Range<Int>]

    /// The mean degree that a region is expected to have, from 0 (none) to 1 (the heaviest).
    ///
    /// - Parameters:
    ///   - type: The type's position in the report.
    ///   - row: The region's row.
    ///   - column: The region's column.
    /// - Returns: A number from 0 to 1.
    public func strength(type: Int, row: Int, column: Int) -> Double {
        let range = ranges[type]
        let start = (row * columnCount + column) * (ranges.last?.upperBound ?? 0)
        let mean = range.enumerated().reduce(0.0) {
            $0 + Double($1.offset) * Double(probabilities[start + $1.element])
        }
        return mean / Double(range.count - 1)
    }
}
