public import Autoencoding
internal import Regions

/// The overlapping V×V patches of a latent, and how they pass into each other.
public struct PatchGrid: Sendable, Equatable {
    /// V.
    public let side: Int

    private let columns: RegionAxis
    private let rows: RegionAxis

    /// Lays the fewest patches over a latent, evenly.
    ///
    /// - Parameters:
    ///   - width: Latent positions in a row, at least V.
    ///   - height: Rows of latent positions, at least V.
    ///   - side: V.
    ///   - stride: Latent positions from one patch to the next at most, between V/2 and V.
    public init(width: Int, height: Int, side: Int, stride: Int) {
        precondition(
            width >= side && height >= side && (side / 2...side).contains(stride),
            "patches of \(side) every \(stride) over \(width)×\(height)")
        func axis(_ extent: Int) -> RegionAxis {
            RegionAxis(extent: extent, size: side, overlap: side - stride, multiple: side)
        }
        self.side = side
        columns = axis(width)
        rows = axis(height)
    }

    /// Patches in a row.
    public var columnCount: Int { columns.starts.count }

    /// Rows of patches.
    public var rowCount: Int { rows.starts.count }

    /// The number of patches.
    public var count: Int { columnCount * rowCount }

    /// The places of a patch.
    ///
    /// - Parameter index: The patch, counted row by row.
    /// - Returns: V×V latent positions.
    public func rectangle(_ index: Int) -> LatentRectangle {
        let (row, column) = index.quotientAndRemainder(dividingBy: columnCount)
        return LatentRectangle(
            x: columns.starts[column], y: rows.starts[row], width: side, height: side)
    }

    /// How much a patch counts at each of its places, `[V, V]`; all patches together count 1.
    ///
    /// Neighbours pass smoothly into each other in the middle of what they share, so what a patch
    /// has at its very edge, where it saw the least of its surroundings, is not used.
    func weights(_ index: Int) -> [Float] {
        let (row, column) = index.quotientAndRemainder(dividingBy: columnCount)
        let across = columns.weights(of: column, scale: 1)
        return rows.weights(of: row, scale: 1).flatMap { down in across.map { $0 * down } }
    }
}
