import CKernels

extension Tensor {
    /// A copy with a number added to each channel.
    ///
    /// - Parameters:
    ///   - offset: What is added to each channel of this f32 tensor, `[…, C]`.
    ///   - context: Where to run.
    /// - Returns: `[…, C]`.
    public func adding(_ offset: [Float], in context: ComputeContext) -> Tensor {
        precondition(offset.count == shape.last, "\(offset.count) offsets for \(shape)")
        let result = Tensor(shape, in: context)
        for row in 0..<shape.rows {
            for c in offset.indices {
                result.floats[row * offset.count + c] = floats[row * offset.count + c] + offset[c]
            }
        }
        withExtendedLifetime((self, result)) {}
        return result
    }

    /// Makes one large pixel block out of the channels of each small pixel.
    ///
    /// The channels are in PyTorch's order: colour, then row, then column within the block.
    ///
    /// - Parameters:
    ///   - scale: The side of a block, in pixels.
    ///   - offset: What is added to each colour.
    ///   - context: Where to run.
    /// - Returns: `[H·scale, W·scale, C]` for this f32 tensor `[1, H, W, C·scale²]`.
    public func pixelShuffled(
        by scale: Int, adding offset: [Float], in context: ComputeContext
    ) -> Tensor {
        let (h, w, c) = (shape[1], shape[2], offset.count)
        precondition(
            shape.rank == 4 && shape[0] == 1 && shape.last == c * scale * scale,
            "\(shape) into blocks of \(scale)² pixels of \(c) colours")
        let result = Tensor([h * scale, w * scale, c], in: context)
        ps_pixel_shuffle(floats, offset, result.floats, h, w, c, scale)
        withExtendedLifetime((self, result)) {}
        return result
    }
}
