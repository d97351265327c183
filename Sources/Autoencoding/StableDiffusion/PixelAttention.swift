internal import Tensors

/// Attention of every pixel to every other, with one head, beside the identity.
///
/// Scores are made for some hundreds of queries at a time, so memory grows with the number of
/// pixels and not with its square.
struct PixelAttention: Sendable {
    private static let queriesAtATime = 256

    let channels: Int
    let norm: GroupNorm
    let query: Linear
    let key: Linear
    let value: Linear
    let out: Linear

    init(from weights: Weights, channels: Int, groups: Int) throws(WeightsError) {
        self.channels = channels
        norm = try GroupNorm(
            from: weights["group_norm"], channels: channels, groups: groups,
            epsilon: publishedEpsilon)
        func linear(_ name: String) throws(WeightsError) -> Linear {
            try Linear(
                from: AttentionNames.layer(name, of: weights), in: channels, out: channels)
        }
        query = try linear("to_q")
        key = try linear("to_k")
        value = try linear("to_v")
        out = try linear("to_out.0")
    }

    /// `x` is `[B, H, W, C]`, f32; the result is added to it in place.
    func callAsFunction(_ x: Tensor, in context: ComputeContext) throws(ComputeError) {
        let pixels = x.shape[1] * x.shape[2]
        let scale = 1 / Float(channels).squareRoot()
        let normal = norm(x, output: .f32, in: context)  // [B, H, W, C]
        for image in 0..<x.shape[0] {
            let first = image * pixels
            let tokens = normal.rows(first..<first + pixels, in: context)  // [N, C]
            let keys = try key(tokens, in: context)
            let values = try value(tokens, in: context)
            for start in stride(from: 0, to: pixels, by: Self.queriesAtATime) {
                let range = start..<min(start + Self.queriesAtATime, pixels)
                let queries = try query(tokens.rows(range, in: context), in: context)  // [n, C]
                let scores = try product(
                    Matrix(queries), Matrix(keys), transposingSecond: true, in: context)  // [n, N]
                let weights = scores.softmax(scale: scale, in: context)
                let read = try product(Matrix(weights), Matrix(values), in: context)  // [n, C]
                x.add(try out(read, output: .f32, in: context), toRowsFrom: first + start)
            }
        }
    }
}

extension Tensor {
    /// A copy of some rows of this f32 tensor, seen as a matrix `[N, C]`.
    fileprivate func rows(_ range: Range<Int>, in context: ComputeContext) -> Tensor {
        let result = Tensor([range.count, shape.last], in: context)
        withUnsafeFloats { source in
            result.withUnsafeMutableFloats { target in
                let start = range.lowerBound * shape.last
                for index in target.indices { target[index] = source[start + index] }
            }
        }
        return result
    }

    /// Adds a matrix to the rows of this f32 tensor that start at `row`.
    fileprivate func add(_ other: Tensor, toRowsFrom row: Int) {
        withUnsafeMutableFloats { target in
            other.withUnsafeFloats { source in
                let start = row * shape.last
                for index in source.indices { target[start + index] += source[index] }
            }
        }
    }
}
