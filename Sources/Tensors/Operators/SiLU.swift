import CKernels

extension Tensor {
    /// The sigmoid linear unit of every number, `x / (1 + exp(-x))`, for where no layer before it
    /// can apply it on the way.
    ///
    /// - Parameters:
    ///   - output: The element type of the result, by default the context's.
    ///   - context: Where to run.
    /// - Returns: A tensor of the same shape.
    public func silu(output: ElementType? = nil, in context: ComputeContext) -> Tensor {
        let result = Tensor(shape, output ?? context.elementType, in: context)
        defer { withExtendedLifetime((self, result)) {} }
        switch result.elementType {
        case .f32: ps_silu(floats, result.floats, shape.count)
        case .bf16: ps_silu_to_bf16(floats, result.halves, shape.count)
        }
        return result
    }
}
