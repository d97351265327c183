internal import Tensors

/// Two 3×3 convolutions at every position of a patch, beside the identity, as t says.
struct FineBlock: Sendable {
    private let ownModulation: [Float]
    private let convolutions: ConvolutionPair

    init(from weights: Weights, channels: Int) throws(WeightsError) {
        ownModulation = try weights.take("own_modulation", [3, channels])
        // A photo has many batches of patches.
        convolutions = try ConvolutionPair(from: weights, channels: channels, uses: 8)
    }

    /// The blocks `0`, `1`, … below a name.
    static func sequence(
        from weights: Weights, channels: Int, count: Int
    ) throws(WeightsError) -> [FineBlock] {
        var blocks: [FineBlock] = []
        for index in 0..<count {
            blocks.append(try FineBlock(from: weights["\(index)"], channels: channels))
        }
        return blocks
    }

    /// Refines `x`, `[B, V, V, C]`, f32, in place.
    ///
    /// `shared` is what t says to all blocks, `[3, C]`.
    func callAsFunction(
        _ x: Tensor, shared: [Float], in context: ComputeContext
    ) throws(ComputeError) {
        let c = x.shape.last
        let m = zip(shared, ownModulation).map(+)
        let norm = LayerNorm(
            gain: m[c..<2 * c].map { 1 + $0 }, shift: Array(m[..<c]), epsilon: 1e-6)
        let gain = m[2 * c..<3 * c].map { 1 + $0 }
        try convolutions.refine(x, after: norm, gain: gain, in: context)
    }
}
