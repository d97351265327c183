import CKernels

extension Tensor {
    /// Self-attention inside groups of tokens, for heads up to 15 wide.
    ///
    /// For each group and head, `softmax(scale·q·kᵀ)·v` over the group's own tokens. The scores stay
    /// in the first-level cache: nothing of the size tokens × tokens is stored.
    ///
    /// | value | shape | meaning |
    /// |---|---|---|
    /// | `self` | `[…, 3C]` | f32, queries, keys and values of N tokens, side by side |
    /// | result | `[…, C]` | f32 |
    ///
    /// - Parameters:
    ///   - order: Which of the N tokens form a group; groups are multiples of 64 tokens.
    ///   - scale: The factor of the scores for each head; as many as there are heads.
    ///   - context: Where to run.
    /// - Returns: `[…, C]`.
    public func attended(
        within order: TokenOrder, scale: [Float], in context: ComputeContext
    ) -> Tensor {
        let result = Tensor(shape.replacingLast(with: shape.last / 3), in: context)
        runGroupedAttention(order, scale, into: result, accumulates: false, in: context)
        return result
    }

    /// Like ``attended(within:scale:in:)``, but adds to what another attention wrote.
    ///
    /// - Parameters:
    ///   - order: Which tokens form a group; groups are multiples of 64 tokens.
    ///   - scale: The factor of the scores for each head.
    ///   - sum: `[…, C]`, f32; the result is added to it.
    ///   - context: Where to run.
    public func attend(
        within order: TokenOrder, scale: [Float], addingTo sum: Tensor, in context: ComputeContext
    ) {
        runGroupedAttention(order, scale, into: sum, accumulates: true, in: context)
    }

    private func runGroupedAttention(
        _ order: TokenOrder, _ scale: [Float], into result: Tensor, accumulates: Bool,
        in context: ComputeContext
    ) {
        let (channels, heads) = (shape.last / 3, scale.count)
        precondition(order.tokens.count == shape.rows, "\(shape) for \(order.tokens.count) tokens")
        precondition(result.shape.rows == shape.rows && result.shape.last == channels)
        precondition(
            order.groupSize % 64 == 0 && channels % heads == 0
                && channels / heads <= Int(PS_NARROW_HEAD_MAX),
            "groups of \(order.groupSize), \(heads) heads over \(channels) channels")
        var layout = ps_grouped_attention_shape(
            groups: Int32(order.tokens.count / order.groupSize),
            group_tokens: Int32(order.groupSize), heads: Int32(heads),
            head_width: Int32(channels / heads), accumulates: accumulates ? 1 : 0)
        let scratch = context.workspace.take(ps_grouped_attention_scratch(&layout))
        defer { context.workspace.giveBack(scratch) }
        withExtendedLifetime((self, result)) {
            order.tokens.withUnsafeBufferPointer { tokens in
                guard let first = tokens.baseAddress else { return }
                ps_grouped_attention(&layout, floats, first, scale, result.floats, scratch.address)
            }
        }
    }
}
