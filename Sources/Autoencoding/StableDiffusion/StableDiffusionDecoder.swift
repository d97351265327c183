internal import Tensors

/// From latents to images, scale by scale.
struct StableDiffusionDecoder: Sendable {
    struct Scale: Sendable {
        let blocks: [NormalisedBlock]
        let expand: Convolution?
    }

    let factor: [Float]
    let offset: [Float]
    let before: Linear?
    let head: Convolution
    let middle: MiddleBlocks
    let scales: [Scale]
    let norm: GroupNorm
    let tail: Convolution

    init(from file: Weights, _ c: StableDiffusionConfiguration) throws(WeightsError) {
        let weights = file["decoder"]
        let (channels, k) = (Array(c.blockOutChannels.reversed()), c.latentChannels)
        factor = [Float](repeating: 1 / c.scalingFactor, count: k)
        offset = [Float](repeating: c.shiftFactor, count: k)
        if c.hasPostQuantConvolution {
            let layer = file["post_quant_conv"]
            before = Linear(
                weight: try layer.take("weight", [k, k, 1, 1]),
                bias: try layer.take("bias", [k]), in: k, out: k)
        } else {
            before = nil
        }
        head = try Convolution(from: weights["conv_in"], in: k, out: channels[0], kernel: 3)
        middle = try MiddleBlocks(from: weights["mid_block"], channels: channels[0], c)
        var scales: [Scale] = []
        for (index, outputs) in channels.enumerated() {
            let below = weights["up_blocks.\(index)"]
            let blocks = try NormalisedBlock.sequence(
                from: below["resnets"], in: channels[max(index - 1, 0)], out: outputs,
                count: c.layersPerBlock + 1, groups: c.normGroups)
            let isLast = index == channels.count - 1
            scales.append(
                Scale(
                    blocks: blocks,
                    expand: isLast
                        ? nil
                        : try Convolution(
                            from: below["upsamplers.0.conv"], in: outputs, out: outputs, kernel: 3)
                ))
        }
        self.scales = scales
        let last = channels[channels.count - 1]
        norm = try GroupNorm(
            from: weights["conv_norm_out"], channels: last, groups: c.normGroups,
            epsilon: publishedEpsilon)
        // The network's pictures are in -1…1.
        let conv = weights["conv_out"]
        let weight = try conv.take("weight", [3, last, 3, 3])
        let bias = try conv.take("bias", [3])
        tail = Convolution(
            weight: weight.map { $0 / 2 }, bias: bias.map { $0 / 2 + 0.5 },
            .init(inputs: last, outputs: 3, kernel: 3, padding: 1))
    }

    /// `latent` is `[B, h, w, c]`; the result is `[B, H, W, 3]`, f32.
    func callAsFunction(
        _ latent: Tensor, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        var x = latent.scaled(by: factor, adding: offset, in: context)  // [B, h, w, c]
        if let before { x = try before(x, in: context) }
        x = try head(x, output: .f32, in: context)  // [B, h, w, C]
        x = try middle(x, in: context)
        for scale in scales {
            for block in scale.blocks { x = try block(x, in: context) }
            if let expand = scale.expand {
                x = try expand(x.pixelsRepeated(by: 2, in: context), output: .f32, in: context)
            }
        }
        let y = norm(x, hasSiLU: true, in: context)  // [B, H, W, C₀]
        return try tail(y, output: .f32, in: context)
    }
}
