internal import Tensors

/// From the pixels of a photo, never resized, to features of 8×8 pixels each.
struct IRPADEncoder: Sendable {
    let head: Convolution
    let mix: Convolution
    let fine: [ResidualBlock]
    let reduce: Convolution
    let coarse: [ResidualBlock]
    let norm: LayerNorm

    /// How many features around a feature it depends on, along each side.
    let reach: Int

    init(from weights: Weights, _ c: IRPADConfiguration) throws(WeightsError) {
        head = try Convolution(from: weights["head"], in: 3 * 16, out: c.stemChannels, kernel: 3)
        mix = try Convolution(
            from: weights["mix"], in: c.stemChannels, out: c.fineChannels, kernel: 1)
        fine = try ResidualBlock.sequence(
            from: weights["fine"], channels: c.fineChannels, count: c.blocks[0])
        reduce = try Convolution(
            from: weights["reduce"], in: c.fineChannels, out: c.coarseChannels, kernel: 3,
            stride: 2)
        coarse = try ResidualBlock.sequence(
            from: weights["coarse"], channels: c.coarseChannels, count: c.blocks[1])
        norm = try LayerNorm(from: weights["norm"], channels: c.coarseChannels)
        // Each 3×3 convolution sees one place more: of 4 pixels before `reduce`, of 8 after it.
        reach = (1 + 2 * c.blocks[0] + 1 + 1) / 2 + 2 * c.blocks[1]
    }

    /// `image` is `[1, H, W, 3]` in 0…1, sides multiples of 8; the result `[1, h, w, C]`, f32.
    func callAsFunction(
        _ image: Tensor, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        let blocks = image.pixelUnshuffled(by: 4, adding: [-0.5, -0.5, -0.5], in: context)
        let stem = try head(blocks, activation: .swish, in: context)  // [1, H/4, W/4, 96]
        var x = try mix(stem, output: .f32, in: context)  // [1, H/4, W/4, 48]
        for block in fine { try block(x, in: context) }
        x = try reduce(x, output: .f32, in: context)  // [1, h, w, C]
        for block in coarse { try block(x, in: context) }
        return norm(x, output: .f32, in: context)
    }
}
