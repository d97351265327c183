internal import Tensors

/// The blocks at the smallest scale: a residual block, an attention, a residual block.
struct MiddleBlocks: Sendable {
    let before: NormalisedBlock
    let attention: PixelAttention?
    let after: NormalisedBlock

    init(
        from weights: Weights, channels: Int, _ c: StableDiffusionConfiguration
    ) throws(WeightsError) {
        func block(_ index: Int) throws(WeightsError) -> NormalisedBlock {
            try NormalisedBlock(
                from: weights["resnets.\(index)"], in: channels, out: channels,
                groups: c.normGroups)
        }
        before = try block(0)
        attention =
            c.hasMidBlockAttention
            ? try PixelAttention(
                from: weights["attentions.0"], channels: channels, groups: c.normGroups) : nil
        after = try block(1)
    }

    /// `x` is `[B, h, w, C]`, f32, and may be changed; so is the result.
    func callAsFunction(_ x: Tensor, in context: ComputeContext) throws(ComputeError) -> Tensor {
        let y = try before(x, in: context)
        try attention?(y, in: context)
        return try after(y, in: context)
    }
}
