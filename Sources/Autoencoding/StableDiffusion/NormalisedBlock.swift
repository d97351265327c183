internal import Tensors

/// The epsilon of every group normalisation in the published network.
let publishedEpsilon: Float = 1e-6

/// Two group normalisations, each with SiLU and a 3×3 convolution after it, beside a shortcut:
/// diffusers' `ResnetBlock2D` without a time embedding.
struct NormalisedBlock: Sendable {
    let norm1: GroupNorm
    let conv1: Convolution
    let norm2: GroupNorm
    let conv2: Convolution
    let shortcut: Convolution?

    init(
        from weights: Weights, in inputs: Int, out outputs: Int, groups: Int
    ) throws(WeightsError) {
        norm1 = try GroupNorm(
            from: weights["norm1"], channels: inputs, groups: groups, epsilon: publishedEpsilon)
        conv1 = try Convolution(from: weights["conv1"], in: inputs, out: outputs, kernel: 3)
        norm2 = try GroupNorm(
            from: weights["norm2"], channels: outputs, groups: groups, epsilon: publishedEpsilon)
        conv2 = try Convolution(from: weights["conv2"], in: outputs, out: outputs, kernel: 3)
        shortcut =
            inputs == outputs
            ? nil
            : try Convolution(from: weights["conv_shortcut"], in: inputs, out: outputs, kernel: 1)
    }

    /// `x` is `[B, H, W, inputs]`, f32, and may be changed; the result is `[B, H, W, outputs]`.
    func callAsFunction(_ x: Tensor, in context: ComputeContext) throws(ComputeError) -> Tensor {
        var y = norm1(x, hasSiLU: true, in: context)  // [B, H, W, inputs]
        y = try conv1(y, output: .f32, in: context)  // [B, H, W, outputs]
        y = norm2(y, hasSiLU: true, in: context)
        let sum = if let shortcut { try shortcut(x, output: .f32, in: context) } else { x }
        return try conv2(y, addingTo: sum, in: context)
    }

    /// The blocks `0`, `1`, … below a name, the first of which changes the channels.
    static func sequence(
        from weights: Weights, in inputs: Int, out outputs: Int, count: Int, groups: Int
    ) throws(WeightsError) -> [NormalisedBlock] {
        var blocks: [NormalisedBlock] = []
        for index in 0..<count {
            blocks.append(
                try NormalisedBlock(
                    from: weights["\(index)"], in: index == 0 ? inputs : outputs, out: outputs,
                    groups: groups))
        }
        return blocks
    }
}
