/// Joins finished regions into an image, and holds no more of it than the rows still open.
///
/// Regions must come in the order of ``RegionGrid/regions``. So the order of additions is always
/// the same, and the result has the same bytes however the regions were computed.
public struct RegionAccumulator: Sendable {
    private let grid: RegionGrid
    private let channels: Image.Channels
    private let columnWindow: BlendWindow
    private let rowWindow: BlendWindow

    /// How many regions have been added.
    public private(set) var addedCount = 0

    /// The first row that is not finished.
    private var firstOpenRow = 0

    /// Weighted sums of the open rows that any region has reached.
    private var openRows: [Float] = []

    /// Starts an empty image.
    ///
    /// - Parameters:
    ///   - grid: The regions over the image to be made; see ``RegionGrid/scaled(by:)``.
    ///   - channels: The channels of every region and of the image.
    public init(grid: RegionGrid, channels: Image.Channels) {
        self.grid = grid
        self.channels = channels
        columnWindow = BlendWindow(ranges: grid.columnRanges)
        rowWindow = BlendWindow(ranges: grid.rowRanges)
    }

    /// Whether every region has been added.
    public var isComplete: Bool { addedCount == grid.count }

    /// Adds the next region.
    ///
    /// - Parameter pixels: The region's pixels; its size is that of the next region of the grid.
    /// - Returns: The rows that no later region touches, as an image of the full width; `nil` when
    ///   there are none yet. Put below each other, all that is returned makes the whole image.
    public mutating func add(_ pixels: Image) -> Image? {
        precondition(!isComplete, "all \(grid.count) regions have been added")
        let row = addedCount / grid.columnRanges.count
        let column = addedCount % grid.columnRanges.count
        let rows = grid.rowRanges[row]
        let columns = grid.columnRanges[column]
        precondition(
            pixels.width == columns.count && pixels.height == rows.count
                && pixels.channels == channels,
            "a region of \(pixels.width)×\(pixels.height) instead of \(columns.count)×\(rows.count)"
        )

        let wanted = (rows.upperBound - firstOpenRow) * rowCount
        if openRows.count < wanted {
            openRows.append(contentsOf: repeatElement(0, count: wanted - openRows.count))
        }
        accumulate(
            pixels, at: rows.lowerBound - firstOpenRow, columns.lowerBound,
            rowWeights: rowWindow.weights[row], columnWeights: columnWindow.weights[column])
        addedCount += 1

        guard column == grid.columnRanges.count - 1 else { return nil }
        let isLastRow = row == grid.rowRanges.count - 1
        return close(upTo: isLastRow ? grid.height : grid.rowRanges[row + 1].lowerBound)
    }

    /// Samples in a row of the image.
    private var rowCount: Int { grid.width * channels.count }

    private mutating func accumulate(
        _ pixels: Image, at firstRow: Int, _ firstColumn: Int, rowWeights: [Float],
        columnWeights: [Float]
    ) {
        let channelCount = channels.count
        let rowCount = rowCount
        let sampleWeights = columnWeights.flatMap { repeatElement($0, count: channelCount) }
        openRows.withUnsafeMutableBufferPointer { target in
            pixels.pixels.withUnsafeBufferPointer { source in
                for (y, rowWeight) in rowWeights.enumerated() {
                    let to = (firstRow + y) * rowCount + firstColumn * channelCount
                    let from = y * sampleWeights.count
                    for i in 0..<sampleWeights.count {
                        target[to + i] += rowWeight * sampleWeights[i] * source[from + i]
                    }
                }
            }
        }
    }

    /// Takes the rows before `row` out.
    private mutating func close(upTo row: Int) -> Image? {
        let closed = row - firstOpenRow
        guard closed > 0 else { return nil }
        let finished = Image(
            width: grid.width, height: closed, channels: channels,
            pixels: Array(openRows.prefix(closed * rowCount)))
        openRows.removeFirst(closed * rowCount)
        firstOpenRow = row
        return finished
    }
}
