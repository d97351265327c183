internal import Tensors

/// From images to latents of mean 0 and variance 1.
///
/// The latent's mean and deviation are part of the last weights: the result is
/// `(tail + linear - mean) / deviation`, and zeros around the tail's input stay zeros.
struct Encoder: Sendable {
    let head: Convolution
    let fine: [ResidualBlock]
    let reduce: Convolution
    let coarse: [ResidualBlock]
    let norm: LayerNorm
    let tail: Convolution
    let linear: Convolution

    init(
        from weights: Weights, _ c: AutoencoderConfiguration, mean: [Float], deviation: [Float]
    ) throws(WeightsError) {
        let factor = deviation.map { 1 / $0 }
        head = try Convolution(from: weights["head"], in: 48, out: c.fineChannels, kernel: 3)
        fine = try ResidualBlock.sequence(
            from: weights["fine"], channels: c.fineChannels, count: c.encoderBlocks[0],
            uses: 2)
        reduce = try BlockWeights.reduction(
            from: weights["reduce"], in: c.fineChannels, out: c.coarseChannels)
        coarse = try ResidualBlock.sequence(
            from: weights["coarse"], channels: c.coarseChannels, count: c.encoderBlocks[1],
            uses: 2)
        norm = try LayerNorm(from: weights["norm"], channels: c.coarseChannels)
        let geometry = Convolution.Geometry(
            inputs: c.coarseChannels, outputs: c.latentChannels, kernel: 3, padding: 1)
        let tailWeights = weights["tail"]
        let weight = try tailWeights.take("weight", [c.latentChannels, c.coarseChannels, 3, 3])
        let bias = try tailWeights.take("bias", [c.latentChannels])
        let perOutput = c.coarseChannels * 9
        tail = Convolution(
            weight: weight.indices.map { weight[$0] * factor[$0 / perOutput] },
            bias: bias.indices.map { bias[$0] * factor[$0] }, geometry)
        linear = try BlockWeights.projection(
            from: weights["linear"], out: c.latentChannels, factor: factor,
            offset: mean.indices.map { -mean[$0] * factor[$0] })
    }

    /// `image` is `[B, H, W, 3]`; the result is `[B, h, w, c]`, f32.
    func callAsFunction(
        _ image: Tensor, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        var blocks = image.pixelUnshuffled(by: 4, adding: [-0.5, -0.5, -0.5], in: context)
        blocks = blocks.converted(to: context.elementType, in: context)  // [B, H/4, W/4, 48]
        var x = try head(blocks, output: .f32, in: context)  // [B, H/4, W/4, 128]
        for block in fine { try block(x, in: context) }
        x = try reduce(x, output: .f32, in: context)  // [B, h, w, 256]
        for block in coarse { try block(x, in: context) }
        let latent = try linear(blocks, output: .f32, in: context)  // [B, h, w, c]
        return try tail(norm(x, in: context), addingTo: latent, in: context)
    }
}
