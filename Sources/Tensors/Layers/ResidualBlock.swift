/// Normalisation over the channels of each pixel, and two 3×3 convolutions, beside the identity:
/// `x + second(SiLU(first(norm(x))))`.
package struct ResidualBlock: Sendable {
    let norm: LayerNorm
    let convolutions: ConvolutionPair

    init(from weights: Weights, channels: Int, uses: Int) throws(WeightsError) {
        norm = try LayerNorm(from: weights["norm"], channels: channels)
        convolutions = try ConvolutionPair(from: weights, channels: channels, uses: uses)
    }

    /// The blocks `0`, `1`, … below a name; for `uses` see ``ConvolutionPair``.
    package static func sequence(
        from weights: Weights, channels: Int, count: Int, uses: Int = 1
    ) throws(WeightsError) -> [ResidualBlock] {
        var blocks: [ResidualBlock] = []
        for index in 0..<count {
            blocks.append(
                try ResidualBlock(from: weights["\(index)"], channels: channels, uses: uses))
        }
        return blocks
    }

    /// Refines `x`, `[B, H, W, C]`, f32, in place.
    package func callAsFunction(_ x: Tensor, in context: ComputeContext) throws(ComputeError) {
        try convolutions.refine(x, after: norm, in: context)
    }
}
