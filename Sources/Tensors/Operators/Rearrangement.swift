import CKernels

extension Tensor {
    /// Channels become pixels: `[B, H, W, C·scale²]` to `[B, H·scale, W·scale, C]`, f32.
    ///
    /// The order of channels is PyTorch's `pixel_shuffle`: colour, row, column.
    ///
    /// - Parameters:
    ///   - scale: The side of the block of pixels that one pixel becomes.
    ///   - offset: What is added to each of the `C` channels of the result.
    ///   - context: Where to run.
    /// - Returns: `[B, H·scale, W·scale, C]`.
    public func pixelShuffled(
        by scale: Int, adding offset: [Float], in context: ComputeContext
    ) -> Tensor {
        let channels = offset.count
        precondition(
            shape.rank == 4 && shape.last == channels * scale * scale,
            "\(shape) cannot become \(channels) channels, \(scale) times larger")
        // Images lie one after another, so a batch is one tall image.
        let height = shape[0] * shape[1]
        let result = Tensor(
            [shape[0], shape[1] * scale, shape[2] * scale, channels], in: context)
        defer { withExtendedLifetime((self, result)) {} }
        ps_pixel_shuffle(floats, offset, result.floats, height, shape[2], channels, scale)
        return result
    }

    /// Pixels become channels: `[B, H·scale, W·scale, C]` to `[B, H, W, C·scale²]`, f32.
    ///
    /// The order of channels is PyTorch's `pixel_unshuffle`: colour, row, column.
    ///
    /// - Parameters:
    ///   - scale: The side of the block of pixels that becomes one pixel.
    ///   - offset: What is added to each of the `C` channels.
    ///   - context: Where to run.
    /// - Returns: `[B, H, W, C·scale²]`.
    public func pixelUnshuffled(
        by scale: Int, adding offset: [Float], in context: ComputeContext
    ) -> Tensor {
        precondition(
            shape.rank == 4 && shape.last == offset.count && shape[1] % scale == 0
                && shape[2] % scale == 0,
            "\(shape) cannot become \(scale) times smaller, with \(offset.count) offsets")
        let (height, width) = (shape[1] / scale, shape[2] / scale)
        let result = Tensor(
            [shape[0], height, width, shape.last * scale * scale], in: context)
        defer { withExtendedLifetime((self, result)) {} }
        ps_pixel_unshuffle(
            floats, offset, result.floats, shape[0] * height, width, shape.last, scale)
        return result
    }

    /// Channels become pixels, whole pixels at a time: `[B, H, W, scale²·C]` to
    /// `[B, H·scale, W·scale, C]`, f32.
    ///
    /// The order of channels is row, column, colour, unlike ``pixelShuffled(by:adding:in:)``: what
    /// lies together stays together, so this runs at the speed of memory.
    ///
    /// - Parameters:
    ///   - scale: The side of the block of pixels that one pixel becomes.
    ///   - context: Where to run.
    /// - Returns: `[B, H·scale, W·scale, C]`.
    public func pixelsSpread(by scale: Int, in context: ComputeContext) -> Tensor {
        let channels = shape.last / (scale * scale)
        precondition(
            shape.rank == 4 && shape.last == channels * scale * scale,
            "\(shape) cannot become \(scale) times larger")
        let result = Tensor(
            [shape[0], shape[1] * scale, shape[2] * scale, channels], in: context)
        defer { withExtendedLifetime((self, result)) {} }
        ps_spread_pixels(floats, result.floats, shape[0] * shape[1], shape[2], channels, scale)
        return result
    }

    /// Each pixel becomes a block of equal ones: `[B, H, W, C]` to `[B, H·scale, W·scale, C]`, f32.
    ///
    /// - Parameters:
    ///   - scale: The side of the block.
    ///   - context: Where to run.
    /// - Returns: `[B, H·scale, W·scale, C]`.
    public func pixelsRepeated(by scale: Int, in context: ComputeContext) -> Tensor {
        precondition(shape.rank == 4, "\(shape) is no image")
        let result = Tensor(
            [shape[0], shape[1] * scale, shape[2] * scale, shape.last], in: context)
        defer { withExtendedLifetime((self, result)) {} }
        ps_repeat_pixels(floats, result.floats, shape[0] * shape[1], shape[2], shape.last, scale)
        return result
    }

    /// The transposed matrix: `[N, M]` to `[M, N]`, f32.
    ///
    /// One image in channels-last order is a matrix of pixels and channels, so this also changes
    /// `[H·W, C]` into `[C, H·W]` and back.
    ///
    /// - Parameter context: Where to run.
    /// - Returns: `[M, N]`.
    public func transposed(in context: ComputeContext) -> Tensor {
        let result = Tensor([shape.last, shape.rows], in: context)
        defer { withExtendedLifetime((self, result)) {} }
        ps_transpose(floats, result.floats, shape.rows, shape.last)
        return result
    }
}
