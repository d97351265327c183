/// Overlapping regions of one size that cover an image.
///
/// Large images are worked on region by region. Regions are spread evenly, so no narrow rest is
/// left at the right or the bottom, and they form a full grid: any region is one range of columns
/// and one range of rows.
public struct RegionGrid: Sendable, Equatable {
    /// A rectangle of the image.
    public struct Region: Sendable, Equatable {
        /// Columns covered.
        public let columns: Range<Int>
        /// Rows covered.
        public let rows: Range<Int>
    }

    /// Columns of the image.
    public let width: Int

    /// Rows of the image.
    public let height: Int

    /// The ranges of columns, from the left.
    public let columnRanges: [Range<Int>]

    /// The ranges of rows, from the top.
    public let rowRanges: [Range<Int>]

    /// Covers an image with regions.
    ///
    /// - Parameters:
    ///   - width: Columns of the image.
    ///   - height: Rows of the image.
    ///   - regionSize: Columns and rows of a region; rounded down to the multiple. An image that is
    ///     smaller is one region, along that axis, of its own size.
    ///   - overlap: Columns and rows that neighbours share at least; smaller than a region.
    ///   - multiple: What the positions and sizes of regions are multiples of, except that the last
    ///     region along an axis ends where the image ends.
    public init(width: Int, height: Int, regionSize: Int, overlap: Int, multiple: Int = 1) {
        precondition(width > 0 && height > 0, "an image of \(width)×\(height) pixels")
        self.width = width
        self.height = height
        columnRanges = Self.ranges(
            covering: width, size: regionSize, overlap: overlap, multiple: multiple)
        rowRanges = Self.ranges(
            covering: height, size: regionSize, overlap: overlap, multiple: multiple)
    }

    private init(
        width: Int, height: Int, columnRanges: [Range<Int>], rowRanges: [Range<Int>]
    ) {
        self.width = width
        self.height = height
        self.columnRanges = columnRanges
        self.rowRanges = rowRanges
    }

    /// The number of regions.
    public var count: Int { columnRanges.count * rowRanges.count }

    /// All regions, row by row from the top, each row from the left.
    public var regions: [Region] {
        rowRanges.flatMap { rows in columnRanges.map { Region(columns: $0, rows: rows) } }
    }

    /// The same grid over the enlarged image.
    ///
    /// - Parameter scale: How many times larger the image becomes.
    /// - Returns: A grid whose sizes and positions are all `scale` times as large.
    public func scaled(by scale: Int) -> RegionGrid {
        func scaled(_ range: Range<Int>) -> Range<Int> {
            range.lowerBound * scale..<range.upperBound * scale
        }
        return RegionGrid(
            width: width * scale, height: height * scale,
            columnRanges: columnRanges.map(scaled), rowRanges: rowRanges.map(scaled))
    }

    private static func ranges(
        covering length: Int, size wanted: Int, overlap: Int, multiple: Int
    ) -> [Range<Int>] {
        let size = wanted / multiple * multiple
        // Rounding a start down to the multiple may cost an overlap that many pixels less one.
        let step = size - overlap - (multiple - 1)
        precondition(
            overlap >= 0 && step > 0,
            "regions of \(wanted) pixels cannot overlap by \(overlap) in steps of \(multiple)")
        guard length > size else { return [0..<length] }
        let last = length - size
        let count = (last + step - 1) / step + 1
        return (0..<count).map { i in
            let start = i == count - 1 ? last : i * last / (count - 1) / multiple * multiple
            return start..<start + size
        }
    }
}

extension Image {
    /// The pixels of a region.
    ///
    /// - Parameter region: A region of a grid over this image.
    /// - Returns: An image of the region's size.
    public func cropped(to region: RegionGrid.Region) -> Image {
        cropped(
            x: region.columns.lowerBound, y: region.rows.lowerBound, width: region.columns.count,
            height: region.rows.count)
    }
}
