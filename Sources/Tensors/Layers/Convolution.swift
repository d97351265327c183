import COneDNNShim

/// A two-dimensional convolution of channels-last images, optionally added to a tensor.
///
/// | value | shape |
/// |---|---|
/// | `x` | `[B, H, W, inputs]` |
/// | weight in files | `[outputs, inputs / groups, kernel, kernel]`, PyTorch's order |
/// | result | `[B, H', W', outputs]`, with the sizes of ``Geometry/outputSize(_:)`` |
public struct Convolution: Sendable {
    /// What the layer does with its input, apart from its weights.
    public let geometry: Geometry

    let prepared: PreparedLayer

    /// Takes `weight` and `bias` from a file, for a convolution that keeps the size of its input
    /// when the stride is 1 and the kernel is odd.
    ///
    /// - Parameters:
    ///   - weights: Where the two tensors are.
    ///   - inputs: The channels of the input.
    ///   - outputs: The channels of the result.
    ///   - kernel: The side of the square kernel, in pixels.
    ///   - stride: The distance between results, in pixels of the input.
    ///   - padding: The zeros on every side; half the kernel when nil.
    ///   - groups: The number of groups of channels.
    ///   - hasBias: Whether there is a `bias`.
    /// - Throws: ``WeightsError`` when the sizes cannot be right; whatever else is wrong comes from
    ///   ``Weights/finish()``.
    public init(
        from weights: Weights, in inputs: Int, out outputs: Int, kernel: Int, stride: Int = 1,
        padding: Int? = nil, groups: Int = 1, hasBias: Bool = true
    ) throws(WeightsError) {
        let geometry = Geometry(
            inputs: inputs, outputs: outputs, kernel: kernel, stride: stride,
            padding: padding ?? kernel / 2, groups: groups)
        let weight = try weights.take("weight", geometry.weightShape)
        let bias = hasBias ? try weights.take("bias", [outputs]) : nil
        self.init(weight: weight, bias: bias, geometry)
    }

    /// Makes a layer from numbers.
    ///
    /// - Parameters:
    ///   - weight: The weights in the order `[outputs, inputs / groups, kernel, kernel]`.
    ///   - bias: `outputs` numbers, or nil.
    ///   - geometry: What the layer does with its input.
    public init(weight: [Float], bias: [Float]?, _ geometry: Geometry) {
        precondition(
            weight.count == geometry.weightShape.reduce(1, *),
            "\(weight.count) weights for \(geometry.weightShape)")
        precondition(bias.map { $0.count == geometry.outputs } ?? true, "wrong number of biases")
        self.geometry = geometry
        self.prepared = PreparedLayer(weights: weight, bias: bias)
    }

    /// The names of oneDNN's implementations for the shapes met so far, such as
    /// "brgconv:avx512_core".
    public var implementations: [String] { prepared.implementations }

    /// Applies the layer.
    ///
    /// - Parameters:
    ///   - x: `[B, H, W, inputs]`; another element type than the context's is converted first.
    ///   - activation: A function applied to the result, before it is added to anything.
    ///   - residual: `[B, H', W', outputs]`, f32. The result is added to it, in its own memory, and
    ///     it is returned.
    ///   - output: The element type of the result, by default the context's; not used with a
    ///     residual.
    ///   - context: Where to run.
    /// - Returns: `[B, H', W', outputs]`.
    /// - Throws: ``ComputeError/refused(_:)`` when oneDNN has no good code for the shape.
    @discardableResult
    public func callAsFunction(
        _ x: Tensor, activation: Activation? = nil, addingTo residual: Tensor? = nil,
        output: ElementType? = nil, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        let (g, size) = (geometry, x.shape)
        precondition(size.rank == 4 && size.last == g.inputs, "\(size) for \(g.inputs) channels")
        let source = x.converted(to: context.elementType, in: context)
        let shape: Shape = [size[0], g.outputSize(size[1]), g.outputSize(size[2]), g.outputs]
        let type = residual == nil ? output ?? context.elementType : .f32
        let result = Tensor(shape, type, in: context)
        if shape.count == 0 { return residual ?? result }
        let key = PreparedLayer.Key(
            batch: size[0], height: size[1], width: size[2], source: source.elementType,
            destination: type, activation: activation, isSum: false,
            threads: context.threadsPerOperation)
        try prepared.run(key, on: source, into: result, in: context) { () throws(ComputeError) in
            try Operation(specification(key))
        }
        // A pass of its own: oneDNN 2.6 loses a quarter of its speed when it adds on the way.
        guard let residual else { return result }
        residual.add(result)
        return residual
    }

    func specification(_ key: PreparedLayer.Key) -> ps_dnn_convolution {
        var specification = ps_dnn_convolution()
        specification.batch = Int64(key.batch)
        specification.height = Int64(key.height)
        specification.width = Int64(key.width)
        specification.input_channels = Int64(geometry.inputs)
        specification.output_channels = Int64(geometry.outputs)
        specification.groups = Int64(geometry.groups)
        specification.kernel_height = Int64(geometry.kernel)
        specification.kernel_width = Int64(geometry.kernel)
        specification.stride = Int64(geometry.stride)
        specification.dilation = Int64(geometry.dilation)
        specification.padding_top = Int64(geometry.padding)
        specification.padding_left = Int64(geometry.padding)
        specification.padding_bottom = Int64(geometry.trailingPadding)
        specification.padding_right = Int64(geometry.trailingPadding)
        specification.common = key.common(hasBias: prepared.bias != nil)
        if let edges = key.edges {
            specification.is_winograd = 1
            specification.padding_top = Int64(edges.above)
            specification.padding_bottom = Int64(edges.below)
        }
        return specification
    }
}
