import CKernels

extension Tensor {
    /// This tensor in another element type, rounded to nearest with ties to even.
    ///
    /// - Parameters:
    ///   - type: The element type wanted.
    ///   - context: Where the memory comes from.
    /// - Returns: A new tensor, or this one when it has that type already.
    public func converted(to type: ElementType, in context: ComputeContext) -> Tensor {
        if type == elementType { return self }
        let result = Tensor(shape, type, in: context)
        defer { withExtendedLifetime((self, result)) {} }
        switch type {
        case .bf16: ps_convert_to_bf16(floats, result.halves, shape.count)
        case .f32: ps_convert_from_bf16(halves, result.floats, shape.count)
        }
        return result
    }
}
