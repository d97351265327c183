import CKernels

extension Tensor {
    /// What each anchor gathers from all pixels, and the anchor to which each pixel belongs.
    ///
    /// Source: PromptSR, equation (7): `softmax(A·Kᵀ / √C)·V`, and the arg-max of `A·Kᵀ` over the
    /// anchors, where the lowest of equals wins.
    ///
    /// | value | shape | meaning |
    /// |---|---|---|
    /// | `self` | `[…, 3C]` | f32, queries, keys and values of N pixels, N a multiple of 64 |
    /// | `anchors` | `[…, C]` | f32, A, M rows |
    /// | result | `[M, C]`, `[N]` | P, and the coarse categories |
    ///
    /// - Parameters:
    ///   - anchors: The anchors.
    ///   - context: Where to run.
    /// - Returns: The prompts and the categories.
    public func gatheredPrompts(
        for anchors: Tensor, in context: ComputeContext
    ) -> (prompts: Tensor, categories: TokenCategories) {
        let prompts = Tensor([anchors.shape.rows, anchors.shape.last], in: context)
        let categories = withAnchorAttention(anchors.shape, in: context) {
            ps_gather_prompts(&$0, floats, anchors.floats, prompts.floats, $1, $2)
        }
        withExtendedLifetime((self, anchors, prompts)) {}
        return (prompts, categories)
    }

    /// What each pixel reads from the anchors, and the anchor it reads from most.
    ///
    /// Source: PromptSR, equation (10): `softmax(Q·(K_p + A)ᵀ / √C)·V_p`, and the arg-max of the
    /// scores over the anchors, where the lowest of equals wins.
    ///
    /// | value | shape | meaning |
    /// |---|---|---|
    /// | `self` | `[…, 3C]` | f32, queries, keys and values of N pixels, N a multiple of 64 |
    /// | `promptKV` | `[M, 2C]` | f32, K_p and V_p side by side |
    /// | `anchors` | `[…, C]` | f32, A, M rows |
    /// | result | `[…, C]`, `[N]` | X_p, and the fine categories |
    ///
    /// - Parameters:
    ///   - promptKV: Keys and values of the anchor prompts.
    ///   - anchors: The anchors.
    ///   - context: Where to run.
    /// - Returns: The features and the categories.
    public func readPrompts(
        _ promptKV: Tensor, anchors: Tensor, in context: ComputeContext
    ) -> (features: Tensor, categories: TokenCategories) {
        let (m, c) = (anchors.shape.rows, anchors.shape.last)
        precondition(promptKV.shape.rows == m && promptKV.shape.last == 2 * c)
        let keys = Tensor([m, c], in: context)
        let values = Tensor([m, c], in: context)
        for row in 0..<m {
            for column in 0..<c {
                keys.floats[row * c + column] =
                    promptKV.floats[row * 2 * c + column] + anchors.floats[row * c + column]
                values.floats[row * c + column] = promptKV.floats[row * 2 * c + c + column]
            }
        }
        let features = Tensor(shape.replacingLast(with: c), in: context)
        let categories = withAnchorAttention(anchors.shape, in: context) {
            ps_read_prompts(&$0, floats, keys.floats, values.floats, features.floats, $1, $2)
        }
        withExtendedLifetime((self, promptKV, anchors, keys, values, features)) {}
        return (features, categories)
    }

    private func withAnchorAttention(
        _ anchors: Shape, in context: ComputeContext,
        _ body: (
            inout ps_anchor_attention_shape, UnsafeMutablePointer<Int32>, UnsafeMutableRawPointer
        ) -> Void
    ) -> TokenCategories {
        let (n, m, c) = (shape.rows, anchors.rows, anchors.last)
        precondition(shape.last == 3 * c && c % 16 == 0, "\(shape) with anchors \(anchors)")
        precondition(n % 64 == 0 && n > 0 && m > 0, "\(n) pixels with \(m) anchors")
        var layout = ps_anchor_attention_shape(
            pixels: Int32(n), anchors: Int32(m), channels: Int32(c))
        let scratch = context.workspace.take(ps_anchor_attention_scratch(&layout))
        defer { context.workspace.giveBack(scratch) }
        let numbers = [Int32](unsafeUninitializedCapacity: n) { target, count in
            if let first = target.baseAddress { body(&layout, first, scratch.address) }
            count = n
        }
        return TokenCategories(numbers, categoryCount: m)
    }
}
