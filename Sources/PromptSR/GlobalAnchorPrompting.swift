import Tensors

/// Global anchor prompting ("GAPL" in the paper): a few anchors gather from every pixel of the
/// region, and every pixel reads from them.
///
/// Source: PromptSR, section III-B, equations (6)–(12).
///
/// | value | shape | meaning |
/// |---|---|---|
/// | `x` | `[1, H, W, C]` | features, refined in place |
/// | `anchors` | `[M, C]` | A: the region at 1/d of its size, M = H/d · W/d |
/// | `prompts` | `[M, C]` | P: what the anchors gathered, mixed with the previous block's |
/// | `coarse` | `[N]` | for each of N = H·W pixels the anchor with the largest score in (7) |
/// | `fine` | `[N]` | likewise in (10) |
struct GlobalAnchorPrompting: Sendable {
    let norm: LayerNorm
    let qkv: Linear
    let downscale: DepthwiseConvolution
    let anchor: Linear
    let promptKV: Linear
    let out: Linear
    let feedForward: FeedForward
    let update: Float

    init(from weights: Weights, _ c: PromptSRConfiguration) throws {
        norm = try LayerNorm(from: weights["norm"], channels: c.channels)
        qkv = try Linear(from: weights["qkv"], in: c.channels, out: 3 * c.channels)
        downscale = try DepthwiseConvolution(
            from: weights["downscale"], channels: c.channels, kernel: c.anchorStride + 1,
            stride: c.anchorStride)
        anchor = try Linear(from: weights["anchor"], in: c.channels, out: c.channels)
        promptKV = try Linear(from: weights["prompt_kv"], in: c.channels, out: 2 * c.channels)
        out = try Linear(from: weights["out"], in: c.channels, out: c.channels)
        feedForward = try FeedForward(from: weights["feed_forward"], c, mixesNeighbours: false)
        update = c.anchorUpdate
    }

    func callAsFunction(
        _ x: Tensor, previous: Tensor?, in context: ComputeContext
    ) throws(ComputeError) -> (prompts: Tensor, coarse: TokenCategories, fine: TokenCategories) {
        let y = norm(x, in: context)  // [1, H, W, C]
        let qkv = try qkv(y, output: .f32, in: context)  // [1, H, W, 3C], equation (6)
        let downscaled = try downscale(y, in: context)  // [1, H/d, W/d, C]
        let anchors = try anchor(downscaled, output: .f32, in: context)

        let gathered = qkv.gatheredPrompts(for: anchors, in: context)  // [M, C], equation (7)
        if let previous { gathered.prompts.blend(with: previous, weight: update) }  // (8)

        let promptKV = try promptKV(gathered.prompts, output: .f32, in: context)  // (9), [M, 2C]
        let read = qkv.readPrompts(promptKV, anchors: anchors, in: context)  // [1, H, W, C], (10)

        try out(read.features, addingTo: x, in: context)  // (11)
        try feedForward(x, in: context)  // (12)
        return (gathered.prompts, gathered.categories, read.categories)
    }
}
