internal import Tensors

/// From images to latents, scale by scale.
struct StableDiffusionEncoder: Sendable {
    struct Scale: Sendable {
        let blocks: [NormalisedBlock]
        let reduce: Convolution?
    }

    let head: Convolution
    let scales: [Scale]
    let middle: MiddleBlocks
    let norm: GroupNorm
    let tail: Convolution
    let moments: Linear?

    init(from file: Weights, _ c: StableDiffusionConfiguration) throws(WeightsError) {
        let weights = file["encoder"]
        let channels = c.blockOutChannels
        head = try Convolution(from: weights["conv_in"], in: 3, out: channels[0], kernel: 3)
        var scales: [Scale] = []
        for (index, outputs) in channels.enumerated() {
            let below = weights["down_blocks.\(index)"]
            let blocks = try NormalisedBlock.sequence(
                from: below["resnets"], in: channels[max(index - 1, 0)], out: outputs,
                count: c.layersPerBlock, groups: c.normGroups)
            let isLast = index == channels.count - 1
            scales.append(
                Scale(
                    blocks: blocks,
                    reduce: isLast
                        ? nil
                        : try Self.reduction(from: below["downsamplers.0.conv"], outputs)))
        }
        self.scales = scales
        let last = channels[channels.count - 1]
        middle = try MiddleBlocks(from: weights["mid_block"], channels: last, c)
        norm = try GroupNorm(
            from: weights["conv_norm_out"], channels: last, groups: c.normGroups,
            epsilon: publishedEpsilon)
        // The network ends with the mean of a distribution and, after it, the logarithm of its
        // variance. The mean alone is the latent: shifted and scaled, which the last layer does.
        let (k, s) = (c.latentChannels, c.scalingFactor)
        func scaledMean(
            _ from: Weights, inputs: Int, kernel: Int
        ) throws(WeightsError) -> ([Float], [Float]) {
            let weight = try from.take("weight", [2 * k, inputs, kernel, kernel])
            let bias = try from.take("bias", [2 * k])
            return (
                weight.prefix(k * inputs * kernel * kernel).map { $0 * s },
                bias.prefix(k).map { ($0 - c.shiftFactor) * s }
            )
        }
        if c.hasQuantConvolution {
            tail = try Convolution(from: weights["conv_out"], in: last, out: 2 * k, kernel: 3)
            let (weight, bias) = try scaledMean(file["quant_conv"], inputs: 2 * k, kernel: 1)
            moments = Linear(weight: weight, bias: bias, in: 2 * k, out: k)
        } else {
            let (weight, bias) = try scaledMean(weights["conv_out"], inputs: last, kernel: 3)
            tail = Convolution(
                weight: weight, bias: bias, .init(inputs: last, outputs: k, kernel: 3, padding: 1))
            moments = nil
        }
    }

    /// A 3×3 convolution with a stride of 2 and zeros on the lower and right side alone.
    private static func reduction(
        from weights: Weights, _ channels: Int
    ) throws(WeightsError) -> Convolution {
        Convolution(
            weight: try weights.take("weight", [channels, channels, 3, 3]),
            bias: try weights.take("bias", [channels]),
            .init(
                inputs: channels, outputs: channels, kernel: 3, stride: 2, padding: 0,
                trailingPadding: 1))
    }

    /// `image` is `[B, H, W, 3]` in 0…1; the result is `[B, h, w, c]`, f32.
    func callAsFunction(
        _ image: Tensor, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        let signed = image.scaled(by: [2, 2, 2], adding: [-1, -1, -1], in: context)
        var x = try head(signed, output: .f32, in: context)  // [B, H, W, C₀]
        for scale in scales {
            for block in scale.blocks { x = try block(x, in: context) }
            if let reduce = scale.reduce { x = try reduce(x, output: .f32, in: context) }
        }
        x = try middle(x, in: context)  // [B, h, w, C]
        let y = norm(x, hasSiLU: true, in: context)
        guard let moments else { return try tail(y, output: .f32, in: context) }
        return try moments(tail(y, in: context), output: .f32, in: context)  // [B, h, w, c]
    }
}
