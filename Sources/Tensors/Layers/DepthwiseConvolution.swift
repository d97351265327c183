/// A convolution of each channel by itself, optionally with the input added to the result.
///
/// | value | shape |
/// |---|---|
/// | `x` | `[B, H, W, C]` |
/// | weight in files | `[C, 1, kernel, kernel]`, PyTorch's order |
/// | result | `[B, H', W', C]` |
///
/// Adding the input costs nothing: it is one more in the middle of each kernel.
public struct DepthwiseConvolution: Sendable {
    private let convolution: Convolution

    /// What the layer does with its input, apart from its weights.
    public var geometry: Convolution.Geometry { convolution.geometry }

    /// Takes `weight` and `bias` from a file.
    ///
    /// - Parameters:
    ///   - weights: Where the two tensors are.
    ///   - channels: The channels of the input and of the result.
    ///   - kernel: The side of the square kernel, in pixels: odd.
    ///   - stride: The distance between results, in pixels of the input.
    ///   - addsInput: Whether the result is `x + convolution(x)`; for a stride of 1.
    /// - Throws: ``WeightsError`` when the sizes cannot be right; whatever else is wrong comes from
    ///   ``Weights/finish()``.
    public init(
        from weights: Weights, channels: Int, kernel: Int, stride: Int = 1, addsInput: Bool = false
    ) throws(WeightsError) {
        let weight = try weights.take("weight", [channels, 1, kernel, kernel])
        let bias = try weights.take("bias", [channels])
        self.init(
            weight: weight, bias: bias, channels: channels, kernel: kernel, stride: stride,
            addsInput: addsInput)
    }

    /// Makes a layer from numbers.
    ///
    /// - Parameters:
    ///   - weight: The weights in the order `[channels, 1, kernel, kernel]`.
    ///   - bias: One number for each channel.
    ///   - channels: The channels of the input and of the result.
    ///   - kernel: The side of the square kernel, in pixels: odd.
    ///   - stride: The distance between results, in pixels of the input.
    ///   - addsInput: Whether the result is `x + convolution(x)`; for a stride of 1.
    public init(
        weight: [Float], bias: [Float], channels: Int, kernel: Int, stride: Int = 1,
        addsInput: Bool = false
    ) {
        precondition(kernel % 2 == 1, "a kernel of \(kernel) has no middle")
        precondition(!addsInput || stride == 1, "input and result differ in size")
        let area = kernel * kernel
        precondition(weight.count == channels * area, "\(weight.count) weights")
        var weight = weight
        if addsInput {
            for channel in 0..<channels { weight[channel * area + area / 2] += 1 }
        }
        convolution = Convolution(
            weight: weight, bias: bias,
            .init(
                inputs: channels, outputs: channels, kernel: kernel, stride: stride,
                padding: kernel / 2, groups: channels))
    }

    /// Applies the layer.
    ///
    /// - Parameters:
    ///   - x: `[B, H, W, C]`; another element type than the context's is converted first.
    ///   - output: The element type of the result, by default the context's.
    ///   - context: Where to run.
    /// - Returns: `[B, H', W', C]`.
    /// - Throws: ``ComputeError/refused(_:)`` when oneDNN has no good code for the shape.
    public func callAsFunction(
        _ x: Tensor, output: ElementType? = nil, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        try convolution(x, output: output, in: context)
    }
}
