internal import Tensors

/// From latents of mean 0 and variance 1 to images.
///
/// The latent's own mean and deviation come back first, and not as part of the head's weights: the
/// zeros around the head's input stand for zeros after that step.
struct Decoder: Sendable {
    let mean: [Float]
    let deviation: [Float]
    let head: Convolution
    let coarse: [ResidualBlock]
    let expand: Linear
    let fine: [ResidualBlock]
    let norm: LayerNorm
    let tail: Convolution
    let linear: Linear

    init(
        from weights: Weights, _ c: AutoencoderConfiguration, mean: [Float], deviation: [Float]
    ) throws(WeightsError) {
        self.mean = mean
        self.deviation = deviation
        head = try Convolution(
            from: weights["head"], in: c.latentChannels, out: c.coarseChannels, kernel: 3)
        coarse = try ResidualBlock.sequence(
            from: weights["coarse"], channels: c.coarseChannels, count: c.decoderBlocks[1],
            uses: 2)
        expand = try BlockWeights.expansion(
            from: weights["expand"], in: c.coarseChannels, out: c.fineChannels)
        fine = try ResidualBlock.sequence(
            from: weights["fine"], channels: c.fineChannels, count: c.decoderBlocks[0],
            uses: 2)
        norm = try LayerNorm(from: weights["norm"], channels: c.fineChannels)
        tail = try Convolution(from: weights["tail"], in: c.fineChannels, out: 48, kernel: 3)
        linear = try BlockWeights.reconstruction(from: weights["linear"], in: c.latentChannels)
    }

    /// `latent` is `[B, h, w, c]`; the result is `[B, H, W, 3]`, f32.
    func callAsFunction(
        _ latent: Tensor, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        let scaled = latent.scaled(by: deviation, adding: mean, in: context)
            .converted(to: context.elementType, in: context)  // [B, h, w, c]
        var x = try head(scaled, output: .f32, in: context)  // [B, h, w, 256]
        for block in coarse { try block(x, in: context) }
        x = try expand(x, output: .f32, in: context)  // [B, h, w, 4·128]
        x = x.pixelsSpread(by: 2, in: context)  // [B, H/4, W/4, 128]
        for block in fine { try block(x, in: context) }
        var blocks = try linear(scaled, output: .f32, in: context)  // [B, h, w, 4·48]
        blocks = blocks.pixelsSpread(by: 2, in: context)  // [B, H/4, W/4, 48]
        blocks = try tail(norm(x, in: context), addingTo: blocks, in: context)
        return blocks.pixelShuffled(by: 4, adding: [0.5, 0.5, 0.5], in: context)  // [B, H, W, 3]
    }
}
