internal import Tensors

/// Self-attention, cross-attention to the prompt, and a wide layer, each behind what t says.
struct PatchDiTBlock: Sendable {
    private let ownModulation: [Float]
    private let qkv: Linear
    private let attentionOut: Linear
    private let query: Linear
    private let keyValue: Linear
    private let crossOut: Linear
    private let widen: Linear
    private let narrow: Linear
    private let heads: Int

    init(from weights: Weights, _ c: PatchDiTConfiguration) throws(WeightsError) {
        let w = c.width
        heads = c.heads
        ownModulation = try weights.take("own_modulation", [8, w])
        qkv = try Linear(from: weights["attention.qkv"], in: w, out: 3 * w)
        attentionOut = try Linear(from: weights["attention.out"], in: w, out: w)
        query = try Linear(from: weights["cross.query"], in: w, out: w)
        keyValue = try Linear(from: weights["cross.key_value"], in: w, out: 2 * w)
        crossOut = try Linear(from: weights["cross.out"], in: w, out: w)
        widen = try Linear(from: weights["widen"], in: w, out: 4 * w)
        narrow = try Linear(from: weights["narrow"], in: 4 * w, out: w)
    }

    /// The prompt's keys and values for this block, `[B·P, 2W]`: once a patch, for every step.
    func keysAndValues(
        _ tokens: Tensor, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        try keyValue(tokens, in: context)
    }

    /// Refines `x`, `[B·N, W]`, f32, in place.
    ///
    /// `shared` is what t says to all blocks, `[8, W]`.
    func callAsFunction(
        _ x: Tensor, shared: [Float], prompt: Tensor, batch: Int, in context: ComputeContext
    ) throws(ComputeError) {
        let w = x.shape.last
        let m = (0..<8).map { part in
            (part * w..<(part + 1) * w).map { shared[$0] + ownModulation[$0] }
        }
        let zeros = [Float](repeating: 0, count: w)
        func normalised(scale: [Float], shift: [Float]) -> Tensor {
            LayerNorm(gain: scale.map { 1 + $0 }, shift: shift, epsilon: 1e-6)(x, in: context)
        }

        let tokens = try qkv(normalised(scale: m[1], shift: m[0]), in: context)  // [B·N, 3W]
        let seen = try attention(
            of: Matrix(tokens, columns: 0..<w), to: Matrix(tokens, columns: w..<2 * w),
            reading: Matrix(tokens, columns: 2 * w..<3 * w), groups: batch, heads: heads,
            in: context)
        x.add(try attentionOut(seen, output: .f32, in: context), times: m[2])

        let asking = try query(normalised(scale: m[6], shift: zeros), in: context)  // [B·N, W]
        let read = try attention(
            of: Matrix(asking), to: Matrix(prompt, columns: 0..<w),
            reading: Matrix(prompt, columns: w..<2 * w), groups: batch, heads: heads, in: context)
        let scaled = read.scaled(by: m[7].map { 1 + $0 }, adding: zeros, in: context)
        try crossOut(scaled, addingTo: x, in: context)

        let wide = try widen(
            normalised(scale: m[4], shift: m[3]), activation: .geluTanh, in: context)  // [B·N, 4W]
        x.add(try narrow(wide, output: .f32, in: context), times: m[5])
    }
}
