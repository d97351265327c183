internal import Tensors

/// Two 3×3 convolutions at every position of a patch, beside the identity, as t says.
struct FineBlock: Sendable {
    private let ownModulation: [Float]
    private let first: Convolution
    private let second: Convolution

    init(from weights: Weights, channels: Int) throws(WeightsError) {
        ownModulation = try weights.take("own_modulation", [3, channels])
        first = try Convolution(from: weights["first"], in: channels, out: channels, kernel: 3)
        second = try Convolution(from: weights["second"], in: channels, out: channels, kernel: 3)
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
        let y = try first(norm(x, in: context), activation: .swish, in: context)  // [B, V, V, C]
        x.add(try second(y, output: .f32, in: context), times: m[2 * c..<3 * c].map { 1 + $0 })
    }
}
