internal import Tensors

/// Two 3×3 convolutions beside the identity: `x + second(SiLU(first(x)))`.
struct ResidualBlock: Sendable {
    let first: Convolution
    let second: Convolution

    init(from weights: Weights, channels: Int) throws(WeightsError) {
        first = try Convolution(from: weights["first"], in: channels, out: channels, kernel: 3)
        second = try Convolution(from: weights["second"], in: channels, out: channels, kernel: 3)
    }

    /// The blocks `0`, `1`, … below a name.
    static func sequence(
        from weights: Weights, channels: Int, count: Int
    ) throws(WeightsError) -> [ResidualBlock] {
        var blocks: [ResidualBlock] = []
        for index in 0..<count {
            blocks.append(try ResidualBlock(from: weights["\(index)"], channels: channels))
        }
        return blocks
    }

    /// Refines `x`, `[B, H, W, C]`, f32, in place.
    func callAsFunction(_ x: Tensor, in context: ComputeContext) throws(ComputeError) {
        let y = try first(x, activation: .swish, in: context)  // [B, H, W, C]
        try second(y, addingTo: x, in: context)
    }
}
