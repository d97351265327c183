internal import Tensors

/// Each type's query attends to the features of a window, then passes a small network of its own.
///
/// | value | shape | meaning |
/// |---|---|---|
/// | `x` | `[M·T, D]` | the queries of M windows and T types |
/// | `features` | `[1, h, w, C]` | of the whole photo, or of a block of it |
struct QueryLayer: Sendable {
    let queryNorm: LayerNorm
    let query: Linear
    let keyValue: Linear
    let out: Linear
    let norm: LayerNorm
    let expand: Linear
    let contract: Linear
    let heads: Int

    init(from weights: Weights, _ c: IRPADConfiguration) throws(WeightsError) {
        let size = c.embeddingSize
        heads = c.heads
        queryNorm = try LayerNorm(from: weights["query_norm"], channels: size)
        query = try Linear(from: weights["query"], in: size, out: size)
        keyValue = try Linear(from: weights["key_value"], in: c.coarseChannels, out: 2 * size)
        out = try Linear(from: weights["out"], in: size, out: size)
        norm = try LayerNorm(from: weights["norm"], channels: size)
        expand = try Linear(from: weights["expand"], in: size, out: 2 * size)
        contract = try Linear(from: weights["contract"], in: 2 * size, out: size)
    }

    /// Refines `x` in place.
    func callAsFunction(
        _ x: Tensor, _ features: Tensor, _ windows: [FeatureWindow], in context: ComputeContext
    ) throws(ComputeError) {
        let queries = try query(queryNorm(x, in: context), output: .f32, in: context)  // [M·T, D]
        let keysAndValues = try keyValue(features, output: .f32, in: context)  // [1, h, w, 2D]
        let found = try read(queries, keysAndValues, windows, in: context)  // [M·T, D]
        try out(found, addingTo: x, in: context)
        let wide = try expand(norm(x, in: context), activation: .swish, in: context)
        try contract(wide, addingTo: x, in: context)
    }

    /// What each query reads in its own window.
    private func read(
        _ queries: Tensor, _ keysAndValues: Tensor, _ windows: [FeatureWindow],
        in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        let (size, types) = (queries.shape.last, queries.shape.rows / windows.count)
        let result = Tensor(queries.shape, in: context)
        for (index, window) in windows.enumerated() {
            let own = keysAndValues.rows(of: window, in: context)  // [N, 2D]
            let asking = index * types..<(index + 1) * types
            let found = try attention(
                of: Matrix(queries, rows: asking), to: Matrix(own, columns: 0..<size),
                reading: Matrix(own, columns: size..<2 * size), groups: 1, heads: heads,
                in: context)  // [T, D]
            result.place(found, row: index * types, column: 0)
        }
        return result
    }
}

extension Tensor {
    /// The features `[N, C]` of a window of `[1, h, w, C]`, row by row.
    fileprivate func rows(of window: FeatureWindow, in context: ComputeContext) -> Tensor {
        let (width, channels) = (shape[2], shape.last)
        let run = window.columns.count * channels
        let result = Tensor([window.rows.count * window.columns.count, channels], in: context)
        withUnsafeFloats { source in
            result.withUnsafeMutableFloats { target in
                for (line, row) in window.rows.enumerated() {
                    let start = (row * width + window.columns.lowerBound) * channels
                    for index in 0..<run { target[line * run + index] = source[start + index] }
                }
            }
        }
        return result
    }
}
