import CKernels

extension Tensor {
    /// A copy with a number added to each channel.
    ///
    /// - Parameters:
    ///   - offset: What is added to each channel of this f32 tensor, `[…, C]`.
    ///   - context: Where to run.
    /// - Returns: `[…, C]`.
    public func adding(_ offset: [Float], in context: ComputeContext) -> Tensor {
        precondition(offset.count == shape.last, "\(offset.count) offsets for \(shape)")
        let result = Tensor(shape, in: context)
        for row in 0..<shape.rows {
            for c in offset.indices {
                result.floats[row * offset.count + c] = floats[row * offset.count + c] + offset[c]
            }
        }
        withExtendedLifetime((self, result)) {}
        return result
    }
}
