internal import Regions

/// How large the tiles of a picture are.
public struct TileOptions: Sendable, Equatable {
    /// The greatest side of a tile, context included, in pixels of the picture.
    public let side: Int

    /// One tile, whatever the size of the picture.
    public static let whole = TileOptions(side: 1 << 30)

    /// Tiles of some size.
    ///
    /// - Parameter side: See ``side``; at least 64. Tiles become larger where a network's context
    ///   would leave less than half of their side.
    public init(side: Int) {
        precondition(side >= 64, "tiles of \(side) pixels")
        self.side = side
    }
}

/// How far encoding or decoding of a picture has come.
public struct TileProgress: Sendable, Equatable {
    /// Tiles that are done.
    public let done: Int
    /// Tiles in all.
    public let total: Int
}

/// A picture cut into overlapping tiles of one size, in latent pixels.
struct TilePlan: Sendable {
    let columns: RegionAxis
    let rows: RegionAxis

    /// Whether tiles pass smoothly into each other, and are not cut.
    let isBlended: Bool

    /// - Parameters:
    ///   - bounds: The latent pixels of the picture.
    ///   - overlap: The latent pixels that neighbouring tiles share at least.
    ///   - isBlended: See ``isBlended``.
    ///   - side: The greatest side of a tile, in latent pixels.
    ///   - isShared: Whether a picture of one tile is cut in two, for two threads, where that makes
    ///     no more than a third more work.
    init(
        _ bounds: LatentRectangle, overlap: Int, isBlended: Bool, side: Int, isShared: Bool = false
    ) {
        // Few lengths, because the first tile of a new length costs the planning of each layer.
        let multiple = 8
        let asked = side / multiple * multiple
        let least = (2 * overlap / multiple + 1) * multiple
        let longer = max(bounds.width, bounds.height)
        let isHalved = isShared && longer <= max(asked, least) && longer >= 3 * overlap
        let half = ((longer + overlap + 1) / 2 + multiple - 1) / multiple * multiple
        func axis(_ extent: Int, isHalved: Bool) -> RegionAxis {
            let size = isHalved ? half : max(asked, least)
            let isOne = extent <= size
            return RegionAxis(
                extent: extent, size: isOne ? extent : size, overlap: isOne ? 0 : overlap,
                multiple: isOne ? 1 : multiple)
        }
        columns = axis(bounds.width, isHalved: isHalved && bounds.width == longer)
        rows = axis(bounds.height, isHalved: isHalved && bounds.width < longer)
        self.isBlended = isBlended
    }

    /// The number of tiles.
    var count: Int { columns.starts.count * rows.starts.count }

    /// What the network sees for a tile.
    func window(_ index: Int) -> LatentRectangle {
        let (row, column) = index.quotientAndRemainder(dividingBy: columns.starts.count)
        return LatentRectangle(
            x: columns.starts[column], y: rows.starts[row], width: columns.length,
            height: rows.length)
    }

    /// What is used of a tile that is cut: every latent pixel belongs to exactly one.
    func kept(_ index: Int) -> LatentRectangle {
        let (row, column) = index.quotientAndRemainder(dividingBy: columns.starts.count)
        let (x, y) = (columns.kept(column), rows.kept(row))
        return LatentRectangle(x: x.lowerBound, y: y.lowerBound, width: x.count, height: y.count)
    }
}

extension RegionAxis {
    /// From the middle of what a stretch shares with the one before to that with the one after.
    fileprivate func kept(_ index: Int) -> Range<Int> {
        func middle(_ later: Int) -> Int { (starts[later] + starts[later - 1] + length) / 2 }
        let low = index == 0 ? 0 : middle(index)
        let high = index == starts.count - 1 ? extent : middle(index + 1)
        return low..<high
    }
}
