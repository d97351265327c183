import COneDNNShim

/// A linear layer over the last dimension, `activation(x·Wᵀ + b)`, optionally added to a tensor.
///
/// | value | shape |
/// |---|---|
/// | `x` | `[…, inputs]` |
/// | weight in files | `[outputs, inputs]`, PyTorch's order |
/// | result | `[…, outputs]` |
public struct Linear: Sendable {
    /// The size of the last dimension of the input.
    public let inputs: Int

    /// The size of the last dimension of the result.
    public let outputs: Int

    let prepared: PreparedLayer

    /// Takes `weight` and `bias` from a file.
    ///
    /// - Parameters:
    ///   - weights: Where the two tensors are.
    ///   - inputs: The size of the last dimension of the input.
    ///   - outputs: The size of the last dimension of the result.
    ///   - hasBias: Whether there is a `bias`.
    /// - Throws: ``WeightsError`` when the sizes cannot be right; whatever else is wrong comes from
    ///   ``Weights/finish()``.
    public init(
        from weights: Weights, in inputs: Int, out outputs: Int, hasBias: Bool = true
    ) throws(WeightsError) {
        let weight = try weights.take("weight", [outputs, inputs])
        let bias = hasBias ? try weights.take("bias", [outputs]) : nil
        self.init(weight: weight, bias: bias, in: inputs, out: outputs)
    }

    /// Makes a layer from numbers.
    ///
    /// - Parameters:
    ///   - weight: `outputs` rows of `inputs` numbers.
    ///   - bias: `outputs` numbers, or nil.
    ///   - inputs: The size of the last dimension of the input.
    ///   - outputs: The size of the last dimension of the result.
    public init(weight: [Float], bias: [Float]?, in inputs: Int, out outputs: Int) {
        precondition(weight.count == inputs * outputs, "\(weight.count) weights")
        precondition(bias.map { $0.count == outputs } ?? true, "wrong number of biases")
        self.inputs = inputs
        self.outputs = outputs
        self.prepared = PreparedLayer(weights: weight, bias: bias)
    }

    /// The names of oneDNN's implementations for the shapes met so far, such as
    /// "brgconv:avx512_core".
    public var implementations: [String] { prepared.implementations }

    /// Applies the layer.
    ///
    /// - Parameters:
    ///   - x: `[…, inputs]`; another element type than the context's is converted first.
    ///   - activation: A function applied to the result, before it is added to anything.
    ///   - residual: `[…, outputs]`, f32. The result is added to it, in its own memory, and it is
    ///     returned.
    ///   - output: The element type of the result, by default the context's; not used with a
    ///     residual.
    ///   - context: Where to run.
    /// - Returns: `[…, outputs]`.
    /// - Throws: ``ComputeError/refused(_:)`` when oneDNN has no good code for the shape.
    @discardableResult
    public func callAsFunction(
        _ x: Tensor, activation: Activation? = nil, addingTo residual: Tensor? = nil,
        output: ElementType? = nil, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        precondition(x.shape.last == inputs, "\(x.shape) for a layer of \(inputs) inputs")
        let source = x.converted(to: context.elementType, in: context)
        let shape = x.shape.replacingLast(with: outputs)
        if let residual {
            precondition(residual.shape.count == shape.count, "\(shape) added to \(residual.shape)")
            precondition(residual.elementType == .f32, "residuals are f32")
        }
        // Without AVX-512 oneDNN adds on the way only when there is no activation before.
        let target = activation == nil ? residual : nil
        let type = residual == nil ? output ?? context.elementType : .f32
        let result = target ?? Tensor(shape, type, in: context)
        if shape.count == 0 { return residual ?? result }
        let key = PreparedLayer.Key(
            width: shape.rows, source: source.elementType, destination: result.elementType,
            activation: activation, isSum: target != nil, threads: context.threadsPerOperation)
        try prepared.run(key, on: source, into: result, in: context) { () throws(ComputeError) in
            try Operation(specification(key))
        }
        guard let residual else { return result }
        if target == nil { residual.add(result) }
        return residual
    }

    private func specification(_ key: PreparedLayer.Key) -> ps_dnn_matmul {
        var specification = ps_dnn_matmul()
        specification.batch = 1
        specification.rows = Int64(key.width)
        specification.inner = Int64(inputs)
        specification.columns = Int64(outputs)
        specification.source_row_stride = Int64(inputs)
        specification.destination_row_stride = Int64(outputs)
        specification.common = key.common(hasBias: prepared.bias != nil)
        return specification
    }
}
