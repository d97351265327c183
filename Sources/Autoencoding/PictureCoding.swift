public import Imaging
public import Tensors

extension LatentAutoencoder {
    /// Encodes a picture of any size, tile by tile.
    ///
    /// Sides that are no multiple of ``downsampling`` are filled up with copies of the last row and
    /// column. With ``TileContext/exact(encoder:decoder:)`` the result is that of the whole picture
    /// at once, apart from rounding; otherwise tiles pass smoothly into each other.
    ///
    /// - Parameters:
    ///   - image: RGB.
    ///   - tiles: How large tiles are; ``standardTiles`` when nil.
    ///   - policy: Precision, and how many tiles are worked on at the same time. The result's bytes
    ///     do not depend on the number of threads.
    ///   - progress: Called after each tile on the calling thread; what it throws stops the work.
    /// - Returns: The latent of ⌈H/f⌉ × ⌈W/f⌉ latent pixels.
    /// - Throws: ``Tensors/ComputeError`` when this processor cannot run the network, and what
    ///   `progress` throws.
    public func encode(
        _ image: Image, tiles: TileOptions? = nil, policy: ComputePolicy = .automatic(),
        progress: (TileProgress) throws -> Void = { _ in }
    ) throws -> Latent {
        let bounds = latentBounds(of: image)
        let run = TiledRun(
            plan: plan(bounds, .encoding, tiles, isShared: true), policy: policy,
            scale: 1)
        var canvas = TileCanvas(
            width: bounds.width, height: bounds.height, channels: latentChannels)
        try run.run(
            into: &canvas, tile: { try encode(image.tensor($0, downsampling, in: $1), in: $1) },
            progress: progress)
        return Latent(
            width: bounds.width, height: bounds.height, channels: latentChannels,
            values: canvas.samples)
    }

    /// Encodes only parts of a picture, on the calling thread.
    ///
    /// With ``TileContext/exact(encoder:decoder:)`` each part is seen with the context that its
    /// values depend on, so it equals the same part of the whole latent, apart from rounding.
    /// Where the parts with their context are more than the picture, and always with
    /// ``TileContext/blended(overlap:)``, the whole is encoded and cut.
    ///
    /// - Parameters:
    ///   - image: RGB.
    ///   - parts: Rectangles of latent pixels inside of ⌈H/f⌉ × ⌈W/f⌉.
    ///   - tiles: How large tiles are when the whole is encoded.
    ///   - context: Where to run.
    /// - Returns: The latents of the parts, in their order.
    /// - Throws: ``Tensors/ComputeError`` when this processor cannot run the network.
    public func encode(
        _ image: Image, parts: [LatentRectangle], tiles: TileOptions? = nil,
        in context: ComputeContext
    ) throws(ComputeError) -> [Latent] {
        let bounds = latentBounds(of: image)
        precondition(parts.allSatisfy(bounds.contains), "parts outside of \(bounds)")
        let plan = plan(bounds, .encoding, tiles)
        if case .exact(let reach, _) = tileContext {
            let windows = parts.map { $0.enlarged(by: reach, inside: bounds) }
            let whole = (0..<plan.count).reduce(0) { $0 + plan.window($1).area }
            if windows.reduce(0, { $0 + $1.area }) < whole {
                var latents: [Latent] = []
                for (part, window) in zip(parts, windows) {
                    let input = image.tensor(window, downsampling, in: context)
                    let latent = try encode(input, in: context)
                    latents.append(
                        Latent(
                            width: part.width, height: part.height, channels: latentChannels,
                            values: latent.cropped(to: part.relative(to: window))))
                }
                return latents
            }
        }
        let whole = try encode(image, bounds, plan, in: context)
        return parts.map { whole.cropped(to: $0) }
    }

    /// Decodes a latent of any size, tile by tile; see ``encode(_:tiles:policy:progress:)``.
    ///
    /// - Parameters:
    ///   - latent: The latent of a whole picture.
    ///   - width: Columns of the picture that was encoded; f times the latent's when nil.
    ///   - height: Rows of the picture that was encoded; f times the latent's when nil.
    ///   - tiles: How large tiles are; ``standardTiles`` when nil.
    ///   - policy: Precision, and how many tiles are worked on at the same time.
    ///   - progress: Called after each tile on the calling thread; what it throws stops the work.
    /// - Returns: RGB, not clamped.
    /// - Throws: ``Tensors/ComputeError`` when this processor cannot run the network, and what
    ///   `progress` throws.
    public func decode(
        _ latent: Latent, width: Int? = nil, height: Int? = nil, tiles: TileOptions? = nil,
        policy: ComputePolicy = .automatic(),
        progress: (TileProgress) throws -> Void = { _ in }
    ) throws -> Image {
        let (f, all) = (downsampling, latent.bounds)
        precondition(latent.channels == latentChannels, "a latent of \(latent.channels) channels")
        var canvas = TileCanvas(
            width: width ?? all.width * f, height: height ?? all.height * f, channels: 3)
        precondition(
            (canvas.width + f - 1) / f == all.width && (canvas.height + f - 1) / f == all.height,
            "\(canvas.width)×\(canvas.height) pixels of a latent of \(all.width)×\(all.height)")
        let run = TiledRun(
            plan: plan(all, .decoding, tiles, isShared: true), policy: policy, scale: f)
        try run.run(
            into: &canvas,
            tile: { window, context in
                try decode(latent.cropped(to: window).tensor(in: context), in: context)
            }, progress: progress)
        return Image(
            width: canvas.width, height: canvas.height, channels: .rgb, pixels: canvas.samples)
    }

    /// How many pixels of a picture are in work at the same time, with their context.
    ///
    /// The memory that coding takes is about proportional to it. Nothing is computed.
    ///
    /// - Parameters:
    ///   - width: Columns of the picture.
    ///   - height: Rows of the picture.
    ///   - threads: How many tiles are worked on at the same time.
    /// - Returns: The larger number of encoding and decoding, in tiles of ``standardTiles``.
    public func pixelsInWork(width: Int, height: Int, threads: Int) -> Int {
        let bounds = latentBounds(width: width, height: height)
        return [CodingDirection.encoding, .decoding].map { direction in
            let plan = plan(bounds, direction, nil, isShared: true)
            return min(threads, plan.count) * plan.window(0).scaled(by: downsampling).area
        }.max() ?? 0
    }

    /// The latent pixels of a picture.
    ///
    /// - Parameter image: The picture.
    /// - Returns: A rectangle at (0, 0) of ⌈W/f⌉ columns and ⌈H/f⌉ rows.
    public func latentBounds(of image: Image) -> LatentRectangle {
        latentBounds(width: image.width, height: image.height)
    }

    private func latentBounds(width: Int, height: Int) -> LatentRectangle {
        LatentRectangle(
            x: 0, y: 0, width: (width + downsampling - 1) / downsampling,
            height: (height + downsampling - 1) / downsampling)
    }

    /// Encodes all tiles on the calling thread.
    private func encode(
        _ image: Image, _ bounds: LatentRectangle, _ plan: TilePlan, in context: ComputeContext
    ) throws(ComputeError) -> Latent {
        var canvas = TileCanvas(
            width: bounds.width, height: bounds.height, channels: latentChannels)
        for index in 0..<plan.count {
            let window = plan.window(index)
            let tile = try encode(image.tensor(window, downsampling, in: context), in: context)
            let piece = plan.piece(of: tile, index, scale: 1)
            plan.put(piece, index, into: &canvas, scale: 1)
        }
        return Latent(
            width: bounds.width, height: bounds.height, channels: latentChannels,
            values: canvas.samples)
    }

    private func plan(
        _ bounds: LatentRectangle, _ direction: CodingDirection, _ options: TileOptions?,
        isShared: Bool = false
    ) -> TilePlan {
        let side = (options ?? standardTiles).side / downsampling
        switch (tileContext, direction) {
        case (.exact(let reach, _), .encoding), (.exact(_, let reach), .decoding):
            return TilePlan(
                bounds, overlap: 2 * reach, isBlended: false, side: side,
                isShared: isShared && options == nil)
        case (.blended(let overlap), _):
            return TilePlan(bounds, overlap: overlap, isBlended: true, side: side)
        }
    }
}

private enum CodingDirection { case encoding, decoding }

extension Image {
    /// What a rectangle of latent pixels stands for, `[1, H, W, 3]`; beyond the right and lower
    /// edge the last pixels are repeated.
    fileprivate func tensor(
        _ window: LatentRectangle, _ downsampling: Int, in context: ComputeContext
    ) -> Tensor {
        precondition(channels == .rgb, "a network takes RGB, not \(channels)")
        let area = window.scaled(by: downsampling)
        let result = Tensor([1, area.height, area.width, 3], in: context)
        let inside = min(area.width, width - area.x) * 3
        result.withUnsafeMutableFloats { target in
            pixels.withUnsafeBufferPointer { source in
                var next = 0
                for y in area.rows {
                    let start = index(x: area.x, y: min(y, height - 1))
                    for sample in 0..<inside { target[next + sample] = source[start + sample] }
                    for sample in inside..<area.width * 3 {
                        target[next + sample] = source[start + inside - 3 + sample % 3]
                    }
                    next += area.width * 3
                }
            }
        }
        return result
    }
}
