internal import Regions
internal import Tensors

/// One pass of a network over all tiles of a picture, several tiles at a time.
struct TiledRun {
    let plan: TilePlan
    let policy: ComputePolicy
    /// Samples along each side of the result for one latent pixel.
    let scale: Int

    /// Runs the pass.
    ///
    /// Each tile is worked on by one thread, and tiles are used in their order, so the bytes do not
    /// depend on the number of threads.
    ///
    /// - Parameters:
    ///   - canvas: Where the results go.
    ///   - tile: Gives the result of one window, `[1, height·scale, width·scale, channels]`.
    ///   - progress: Called after each tile; throwing stops the work.
    /// - Throws: What the two closures throw.
    func run(
        into canvas: inout TileCanvas,
        tile: @escaping @Sendable (LatentRectangle, ComputeContext) throws -> Tensor,
        progress: (TileProgress) throws -> Void
    ) throws {
        let (plan, policy, scale) = (plan, policy, scale)
        try OrderedWorkers.run(count: plan.count, threads: policy.threads) {
            let context = try ComputeContext(policy: policy)
            return { index in
                plan.piece(of: try tile(plan.window(index), context), index, scale: scale)
            }
        } use: { index, piece in
            plan.put(piece, index, into: &canvas, scale: scale)
            try progress(TileProgress(done: index + 1, total: plan.count))
        }
    }
}

extension TilePlan {
    /// What is used of a tile's result: the middle when it is cut, all when it is blended.
    func piece(of tile: Tensor, _ index: Int, scale: Int) -> [Float] {
        let window = window(index)
        let used = isBlended ? window : kept(index)
        return tile.cropped(to: used.relative(to: window).scaled(by: scale))
    }

    /// Puts such a piece where it belongs.
    func put(_ piece: [Float], _ index: Int, into canvas: inout TileCanvas, scale: Int) {
        guard isBlended else { return canvas.place(piece, at: kept(index).scaled(by: scale)) }
        let (row, column) = index.quotientAndRemainder(dividingBy: columns.starts.count)
        canvas.add(
            piece, at: window(index).scaled(by: scale),
            columns: columns.weights(of: column, scale: scale),
            rows: rows.weights(of: row, scale: scale))
    }
}

extension LatentRectangle {
    /// The same rectangle in a picture that is so many times larger.
    func scaled(by scale: Int) -> LatentRectangle {
        LatentRectangle(x: x * scale, y: y * scale, width: width * scale, height: height * scale)
    }
}

extension Tensor {
    /// The numbers of a rectangle of this f32 tensor, `[1, H, W, C]`.
    func cropped(to rectangle: LatentRectangle) -> [Float] {
        let (width, channels) = (shape[2], shape.last)
        let run = rectangle.width * channels
        var kept: [Float] = []
        kept.reserveCapacity(rectangle.height * run)
        withUnsafeFloats { source in
            for row in rectangle.rows {
                let start = (row * width + rectangle.x) * channels
                kept.append(contentsOf: source[start..<start + run])
            }
        }
        return kept
    }
}
