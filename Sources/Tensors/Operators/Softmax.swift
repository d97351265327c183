import CKernels

extension Tensor {
    /// The softmax of every row: `exp(scale·x)` over its sum along the last dimension.
    ///
    /// The content of this tensor is used up when the result is bf16.
    ///
    /// - Parameters:
    ///   - scale: A factor for the numbers, not negative.
    ///   - output: The element type of the result, by default the context's.
    ///   - context: Where to run.
    /// - Returns: A tensor of the same shape whose rows sum to 1; this tensor when it is f32.
    public func softmax(
        scale: Float = 1, output: ElementType? = nil, in context: ComputeContext
    ) -> Tensor {
        precondition(scale >= 0, "softmax with scale \(scale)")
        let type = output ?? context.elementType
        let result = type == .f32 ? self : Tensor(shape, type, in: context)
        defer { withExtendedLifetime((self, result)) {} }
        switch type {
        case .f32: ps_softmax_rows(floats, scale, floats, shape.rows, shape.last)
        case .bf16:
            ps_softmax_rows_to_bf16(floats, scale, result.halves, shape.rows, shape.last)
        }
        return result
    }
}
