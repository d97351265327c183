import CKernels

/// Layer normalisation over the last dimension, with a learned gain and shift.
///
/// | value | shape |
/// |---|---|
/// | `x` | `[…, C]`, f32 |
/// | `weight`, `bias` in files | `[C]` |
/// | result | `[…, C]` in the element type that the layers of the context take |
public struct LayerNorm: Sendable {
    /// The size of the last dimension.
    public let channels: Int

    let gain: [Float]
    let shift: [Float]
    let epsilon: Float

    /// Takes `weight` and `bias` from a file.
    ///
    /// - Parameters:
    ///   - weights: Where the two tensors are.
    ///   - channels: The size of the last dimension.
    ///   - epsilon: What is added to the variance; PyTorch's default is 1e-5.
    /// - Throws: ``WeightsError`` when the size cannot be right; whatever else is wrong comes from
    ///   ``Weights/finish()``.
    public init(
        from weights: Weights, channels: Int, epsilon: Float = 1e-5
    ) throws(WeightsError) {
        let gain = try weights.take("weight", [channels])
        let shift = try weights.take("bias", [channels])
        self.init(gain: gain, shift: shift, epsilon: epsilon)
    }

    /// Makes a layer from numbers.
    ///
    /// - Parameters:
    ///   - gain: The factor of each channel.
    ///   - shift: What is added to each channel.
    ///   - epsilon: What is added to the variance.
    public init(gain: [Float], shift: [Float], epsilon: Float = 1e-5) {
        precondition(gain.count == shift.count, "\(gain.count) gains, \(shift.count) shifts")
        self.channels = gain.count
        self.gain = gain
        self.shift = shift
        self.epsilon = epsilon
    }

    /// Applies the layer.
    ///
    /// - Parameters:
    ///   - x: `[…, C]`, f32.
    ///   - output: The element type of the result, by default the context's.
    ///   - context: Where to run.
    /// - Returns: `[…, C]`.
    public func callAsFunction(
        _ x: Tensor, output: ElementType? = nil, in context: ComputeContext
    ) -> Tensor {
        precondition(x.shape.last == channels, "\(x.shape) normalised over \(channels) channels")
        let result = Tensor(x.shape, output ?? context.elementType, in: context)
        defer { withExtendedLifetime((x, result)) {} }
        let rows = x.shape.rows
        switch result.elementType {
        case .f32: ps_layer_norm(x.floats, gain, shift, epsilon, result.floats, rows, channels)
        case .bf16:
            ps_layer_norm_to_bf16(x.floats, gain, shift, epsilon, result.halves, rows, channels)
        }
        return result
    }
}
