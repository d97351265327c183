/// Weights in other orders, so that pixels move in whole blocks and not number by number.
///
/// The twin writes changes of scale as `pixel_shuffle` and `pixel_unshuffle` beside 1×1
/// convolutions. A pixel's channels then come in the order colour, row, column, which tears apart
/// what lies together in memory. The same sums with their terms named differently run faster.
package enum BlockWeights {
    /// `pixel_unshuffle(2)` and a 1×1 convolution as one convolution with a kernel of 2×2 and a
    /// stride of 2: the weights are the same numbers in the same order.
    package static func reduction(
        from weights: Weights, in inputs: Int, out outputs: Int
    ) throws(WeightsError) -> Convolution {
        let weight = try weights.take("weight", [outputs, inputs * 4, 1, 1])
        return Convolution(
            weight: weight, bias: try weights.take("bias", [outputs]),
            .init(inputs: inputs, outputs: outputs, kernel: 2, stride: 2, padding: 0))
    }

    /// A 1×1 convolution before `pixel_shuffle(2)`, with its outputs in the order row, column,
    /// channel, so that ``Tensor/pixelsSpread(by:in:)`` can follow.
    package static func expansion(
        from weights: Weights, in inputs: Int, out outputs: Int
    ) throws(WeightsError) -> Linear {
        let weight = try weights.take("weight", [outputs * 4, inputs, 1, 1])
        let bias = try weights.take("bias", [outputs * 4])
        let order = (0..<4).flatMap { place in (0..<outputs).map { $0 * 4 + place } }
        return linear(weight, bias, in: inputs, rows: order)
    }

    /// A linear layer whose outputs are the given rows of a weight, in that order.
    package static func linear(
        _ weight: [Float], _ bias: [Float], in inputs: Int, rows: [Int]
    ) -> Linear {
        Linear(
            weight: rows.flatMap { weight[$0 * inputs..<($0 + 1) * inputs] },
            bias: rows.map { bias[$0] }, in: inputs, out: rows.count)
    }
}
