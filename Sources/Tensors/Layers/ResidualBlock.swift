/// Normalisation over the channels of each pixel, and two 3×3 convolutions, beside the identity:
/// `x + second(SiLU(first(norm(x))))`.
package struct ResidualBlock: Sendable {
    let norm: LayerNorm
    let first: Convolution
    let second: Convolution

    init(from weights: Weights, channels: Int) throws(WeightsError) {
        norm = try LayerNorm(from: weights["norm"], channels: channels)
        first = try Convolution(from: weights["first"], in: channels, out: channels, kernel: 3)
        second = try Convolution(from: weights["second"], in: channels, out: channels, kernel: 3)
    }

    /// The blocks `0`, `1`, … below a name.
    package static func sequence(
        from weights: Weights, channels: Int, count: Int
    ) throws(WeightsError) -> [ResidualBlock] {
        var blocks: [ResidualBlock] = []
        for index in 0..<count {
            blocks.append(try ResidualBlock(from: weights["\(index)"], channels: channels))
        }
        return blocks
    }

    /// Refines `x`, `[B, H, W, C]`, f32, in place.
    package func callAsFunction(_ x: Tensor, in context: ComputeContext) throws(ComputeError) {
        let y = try first(norm(x, in: context), activation: .swish, in: context)  // [B, H, W, C]
        try second(y, addingTo: x, in: context)
    }
}
