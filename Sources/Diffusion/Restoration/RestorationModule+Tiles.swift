public import Autoencoding
internal import Regions
public import Tensors

extension RestorationModule {
    /// The latent positions around a place that its result depends on, in each direction; a multiple
    /// of ``stride``.
    ///
    /// A 3×3 convolution reaches one position further, two at half and four at quarter side; halving
    /// looks at whole blocks of positions.
    var reach: Int {
        let c = configuration
        let full = 2 + 2 * (c.blocks[0] + c.upwardBlocks[0])
        let half = 2 * 2 * (c.blocks[1] + c.upwardBlocks[1]) + 1
        let quarter = 4 * 2 * c.blocks[2] + 3
        return (full + half + quarter + Self.stride - 1) / Self.stride * Self.stride
    }

    /// Restores the latent of a photo of any size, tile by tile.
    ///
    /// Tiles see all that their results depend on, so the whole has no seams; it is that of the whole
    /// latent at once, apart from rounding.
    ///
    /// - Parameters:
    ///   - latent: `[h, w, c]`, sides multiples of ``stride``.
    ///   - policy: Precision, and how many tiles are worked on at the same time. The result's bytes
    ///     do not depend on the number of threads.
    ///   - cell: Width and height of what is used of a tile, multiples of ``stride``.
    ///   - progress: Called after each tile with the share that is done; what it throws stops the
    ///     work.
    /// - Returns: The coarse latent `[h, w, c]` and the confidence `[h, w, 1]`.
    /// - Throws: ``Tensors/ComputeError`` when this processor cannot run the network, and what
    ///   `progress` throws.
    public func restored(
        _ latent: Latent, policy: ComputePolicy,
        cell: (width: Int, height: Int) = RestorationModule.standardCell,
        progress: (Double) throws -> Void = { _ in }
    ) throws -> (coarse: Latent, confidence: Latent) {
        let cells = Self.cells(of: latent, cell)
        let reach = reach
        var coarse = latent
        var confidence = Latent(
            width: latent.width, height: latent.height, channels: 1,
            values: [Float](repeating: 0, count: latent.width * latent.height))
        try OrderedWorkers.run(count: cells.count, threads: policy.threads) {
            let context = try ComputeContext(policy: policy)
            return { index in
                let window = cells[index].enlarged(by: reach, within: latent)
                let used = cells[index].seen(from: window)
                let result = try self(latent.cropped(to: window).tensor(in: context), in: context)
                return (
                    Latent(result.coarse).cropped(to: used).values,
                    Latent(result.confidence).cropped(to: used).values
                )
            }
        } use: { (index, piece: ([Float], [Float])) in
            coarse.place(piece.0, at: cells[index])
            confidence.place(piece.1, at: cells[index])
            try progress(Double(index + 1) / Double(cells.count))
        }
        return (coarse, confidence)
    }

    /// 2048×1024 pixels of the photo at an eighth: with what is seen around them the features of a
    /// tile take about 45 MB.
    public static let standardCell = (width: 256, height: 128)

    /// The parts of a latent that tiles are used for, row by row.
    private static func cells(
        of latent: Latent, _ cell: (width: Int, height: Int)
    ) -> [LatentRectangle] {
        precondition(
            cell.width % stride == 0 && cell.height % stride == 0, "cells of \(cell) positions")
        return Swift.stride(from: 0, to: latent.height, by: cell.height).flatMap { y in
            Swift.stride(from: 0, to: latent.width, by: cell.width).map { x in
                LatentRectangle(
                    x: x, y: y, width: min(cell.width, latent.width - x),
                    height: min(cell.height, latent.height - y))
            }
        }
    }
}

extension LatentRectangle {
    /// With so many positions more on each side, as far as there are any.
    fileprivate func enlarged(by reach: Int, within latent: Latent) -> LatentRectangle {
        let (left, top) = (max(0, x - reach), max(0, y - reach))
        return LatentRectangle(
            x: left, y: top, width: min(x + width + reach, latent.width) - left,
            height: min(y + height + reach, latent.height) - top)
    }

    /// The same place, counted from a corner.
    fileprivate func seen(from corner: LatentRectangle) -> LatentRectangle {
        LatentRectangle(x: x - corner.x, y: y - corner.y, width: width, height: height)
    }
}

extension Latent {
    /// Puts a part in its place.
    fileprivate mutating func place(_ part: [Float], at rectangle: LatentRectangle) {
        let run = rectangle.width * channels
        for (line, row) in rectangle.rows.enumerated() {
            let start = (row * width + rectangle.x) * channels
            for index in 0..<run { values[start + index] = part[line * run + index] }
        }
    }
}
