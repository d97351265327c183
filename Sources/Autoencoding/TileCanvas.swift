internal import Regions

/// Interleaved samples that tiles are put into; what lies beyond the right and lower edge is lost.
struct TileCanvas {
    let width: Int
    let height: Int
    let channels: Int
    private(set) var samples: [Float]

    init(width: Int, height: Int, channels: Int) {
        self.width = width
        self.height = height
        self.channels = channels
        samples = [Float](repeating: 0, count: width * height * channels)
    }

    /// Copies a tile.
    ///
    /// - Parameters:
    ///   - tile: Its samples, `[rectangle.height, rectangle.width, channels]`.
    ///   - rectangle: Where it belongs.
    mutating func place(_ tile: [Float], at rectangle: LatentRectangle) {
        let run = (min(rectangle.x + rectangle.width, width) - rectangle.x) * channels
        let lines = min(rectangle.y + rectangle.height, height) - rectangle.y
        samples.withUnsafeMutableBufferPointer { target in
            tile.withUnsafeBufferPointer { source in
                for line in 0..<lines {
                    let from = line * rectangle.width * channels
                    let to = ((rectangle.y + line) * width + rectangle.x) * channels
                    for sample in 0..<run { target[to + sample] = source[from + sample] }
                }
            }
        }
    }

    /// Adds a tile with a weight for each column and row.
    ///
    /// - Parameters:
    ///   - tile: Its samples, `[rectangle.height, rectangle.width, channels]`.
    ///   - rectangle: Where it belongs.
    ///   - columns: The weight of each column.
    ///   - rows: The weight of each row.
    mutating func add(
        _ tile: [Float], at rectangle: LatentRectangle, columns: [Float], rows: [Float]
    ) {
        let columnCount = min(rectangle.x + rectangle.width, width) - rectangle.x
        let lines = min(rectangle.y + rectangle.height, height) - rectangle.y
        let weights = columns.prefix(columnCount).flatMap { repeatElement($0, count: channels) }
        samples.withUnsafeMutableBufferPointer { target in
            tile.withUnsafeBufferPointer { source in
                for line in 0..<lines where rows[line] > 0 {
                    let from = line * rectangle.width * channels
                    let to = ((rectangle.y + line) * width + rectangle.x) * channels
                    for sample in weights.indices where weights[sample] > 0 {
                        target[to + sample] += rows[line] * weights[sample] * source[from + sample]
                    }
                }
            }
        }
    }
}
