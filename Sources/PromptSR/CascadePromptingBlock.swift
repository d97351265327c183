import Tensors

/// A cascade prompting block: prompts from the whole region, then refinement by the coarse and by
/// the fine categories that came with them.
///
/// Source: PromptSR, figure 2 (b) and section III-C.
struct CascadePromptingBlock: Sendable {
    let globalPrompting: GlobalAnchorPrompting
    let coarsePrompting: LocalPrompting
    let finePrompting: LocalPrompting

    init(from weights: Weights, _ c: PromptSRConfiguration) throws {
        globalPrompting = try GlobalAnchorPrompting(from: weights["global_prompting"], c)
        coarsePrompting = try LocalPrompting(from: weights["coarse_prompting"], c, windowShift: 0)
        finePrompting = try LocalPrompting(
            from: weights["fine_prompting"], c, windowShift: c.windowSize / 2)
    }

    /// Refines `x`, `[1, H, W, C]`, in place, and returns the anchor prompts `[M, C]` for the next block.
    func callAsFunction(
        _ x: Tensor, prompts: Tensor?, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        let anchored = try globalPrompting(x, previous: prompts, in: context)
        try coarsePrompting(x, category: anchored.coarse, in: context)  // (13), (14)
        try finePrompting(x, category: anchored.fine, in: context)  // (15)
        return anchored.prompts
    }
}

/// `x + W₂(mix(GELU(W₁(LN x))))`, in place; `mix` is the identity, or the identity plus a depthwise 3×3.
///
/// Source: PromptSR, equations (12), (14), (15), with an FFN ratio of 1.
struct FeedForward: Sendable {
    let norm: LayerNorm
    let expand: Linear
    let mix: DepthwiseConvolution?
    let reduce: Linear

    init(from weights: Weights, _ c: PromptSRConfiguration, mixesNeighbours: Bool) throws {
        norm = try LayerNorm(from: weights["norm"], channels: c.channels)
        expand = try Linear(from: weights["expand"], in: c.channels, out: c.channels)
        mix =
            mixesNeighbours
            ? try DepthwiseConvolution(
                from: weights["mix"], channels: c.channels, kernel: 3, addsInput: true) : nil
        reduce = try Linear(from: weights["reduce"], in: c.channels, out: c.channels)
    }

    func callAsFunction(_ x: Tensor, in context: ComputeContext) throws(ComputeError) {
        var y = norm(x, in: context)  // [1, H, W, C]
        y = try expand(y, activation: .geluTanh, in: context)
        if let mix { y = try mix(y, in: context) }
        try reduce(y, addingTo: x, in: context)
    }
}
