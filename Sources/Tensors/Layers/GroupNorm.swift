import CKernels

/// Group normalisation over pixels and groups of neighbouring channels, with a learned gain and
/// shift for each channel, optionally followed by SiLU.
///
/// Source: Wu and He 2018, "Group Normalization" ([arXiv:1803.08494](https://arxiv.org/abs/1803.08494)).
///
/// | value | shape |
/// |---|---|
/// | `x` | `[B, H, W, C]` or `[B, N, C]`, f32 |
/// | `weight`, `bias` in files | `[C]` |
/// | result | as `x`, in the element type that the layers of the context take |
public struct GroupNorm: Sendable {
    /// The size of the last dimension.
    public let channels: Int

    /// The number of groups of channels.
    public let groups: Int

    private let gain: [Float]
    private let shift: [Float]
    private let epsilon: Float

    /// Takes `weight` and `bias` from a file.
    ///
    /// - Parameters:
    ///   - weights: Where the two tensors are.
    ///   - channels: The size of the last dimension.
    ///   - groups: The number of groups, which divides the channels.
    ///   - epsilon: What is added to the variance; PyTorch's default is 1e-5.
    /// - Throws: ``WeightsError`` when the size cannot be right; whatever else is wrong comes from
    ///   ``Weights/finish()``.
    public init(
        from weights: Weights, channels: Int, groups: Int, epsilon: Float = 1e-5
    ) throws(WeightsError) {
        let gain = try weights.take("weight", [channels])
        let shift = try weights.take("bias", [channels])
        self.init(gain: gain, shift: shift, groups: groups, epsilon: epsilon)
    }

    /// Makes a layer from numbers.
    ///
    /// - Parameters:
    ///   - gain: The factor of each channel.
    ///   - shift: What is added to each channel.
    ///   - groups: The number of groups, which divides the channels.
    ///   - epsilon: What is added to the variance.
    public init(gain: [Float], shift: [Float], groups: Int, epsilon: Float = 1e-5) {
        precondition(gain.count == shift.count, "\(gain.count) gains, \(shift.count) shifts")
        precondition(
            groups > 0 && gain.count % groups == 0, "\(gain.count) channels in \(groups) groups")
        self.channels = gain.count
        self.groups = groups
        self.gain = gain
        self.shift = shift
        self.epsilon = epsilon
    }

    /// Applies the layer.
    ///
    /// - Parameters:
    ///   - x: `[B, …, C]`, f32; each of the B is normalised by itself.
    ///   - hasSiLU: Whether SiLU is applied to the result.
    ///   - output: The element type of the result, by default the context's.
    ///   - context: Where to run.
    /// - Returns: A tensor of the same shape.
    public func callAsFunction(
        _ x: Tensor, hasSiLU: Bool = false, output: ElementType? = nil, in context: ComputeContext
    ) -> Tensor {
        precondition(
            x.shape.rank >= 2 && x.shape.last == channels,
            "\(x.shape) normalised over \(channels) channels")
        let result = Tensor(x.shape, output ?? context.elementType, in: context)
        if x.shape.count == 0 { return result }
        let pixels = x.shape.rows / x.shape[0]
        var layout = ps_group_norm_shape(
            pixels: pixels, channels: channels, groups: groups, epsilon: epsilon,
            has_silu: hasSiLU ? 1 : 0)
        let scratch = context.workspace.take(ps_group_norm_scratch(&layout))
        defer {
            context.workspace.giveBack(scratch)
            withExtendedLifetime((x, result)) {}
        }
        for image in 0..<x.shape[0] {
            let start = image * pixels * channels
            switch result.elementType {
            case .f32:
                ps_group_norm(
                    &layout, x.floats + start, gain, shift, result.floats + start, scratch.address)
            case .bf16:
                ps_group_norm_to_bf16(
                    &layout, x.floats + start, gain, shift, result.halves + start, scratch.address)
            }
        }
        return result
    }
}
