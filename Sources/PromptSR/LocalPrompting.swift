import Tensors

/// Local prompting ("LPL" in the paper): attention inside windows plus attention among pixels of
/// one category, both over the same queries, keys and values.
///
/// Source: PromptSR, section III-C, equations (13)–(15).
///
/// | value | shape | meaning |
/// |---|---|---|
/// | `x` | `[1, H, W, C]` | features, refined in place |
/// | `category` | `[N]` | the anchor that each of N = H·W pixels belongs to |
struct LocalPrompting: Sendable {
    let norm: LayerNorm
    let qkv: Linear
    let windowScale: [Float]
    let categoryScale: [Float]
    let out: Linear
    let feedForward: FeedForward
    let windowSize: Int
    let windowShift: Int
    let categoryGroupSize: Int

    init(from weights: Weights, _ c: PromptSRConfiguration, windowShift: Int) throws {
        norm = try LayerNorm(from: weights["norm"], channels: c.channels)
        qkv = try Linear(from: weights["qkv"], in: c.channels, out: 3 * c.channels)
        windowScale = try weights.take("window_scale", [c.heads])
        categoryScale = try weights.take("category_scale", [c.heads])
        out = try Linear(from: weights["out"], in: c.channels, out: c.channels)
        feedForward = try FeedForward(from: weights["feed_forward"], c, mixesNeighbours: true)
        windowSize = c.windowSize
        self.windowShift = windowShift
        categoryGroupSize = c.categoryGroupSize
    }

    func callAsFunction(
        _ x: Tensor, category: TokenCategories, in context: ComputeContext
    ) throws(ComputeError) {
        let qkv = try qkv(norm(x, in: context), output: .f32, in: context)  // [1, H, W, 3C]
        let windows = TokenOrder(
            windows: windowSize, shift: windowShift, height: x.shape[1], width: x.shape[2])
        let attended = qkv.attended(within: windows, scale: windowScale, in: context)
        qkv.attend(
            within: TokenOrder(sorting: category, groupSize: categoryGroupSize),
            scale: categoryScale, addingTo: attended, in: context)
        try out(attended, addingTo: x, in: context)
        try feedForward(x, in: context)
    }
}
