import CKernels

extension Tensor {
    /// Adds another f32 tensor to this one, in this one's memory.
    ///
    /// - Parameter other: A tensor with as many elements.
    public func add(_ other: Tensor) {
        precondition(other.shape.count == shape.count, "\(other.shape) added to \(shape)")
        defer { withExtendedLifetime((self, other)) {} }
        ps_add(other.floats, floats, shape.count)
    }

    /// Becomes `weight·other + (1 - weight)·self` in its own memory, both being f32.
    ///
    /// - Parameters:
    ///   - other: A tensor with as many elements.
    ///   - weight: The part that the other tensor has in the result.
    public func blend(with other: Tensor, weight: Float) {
        precondition(other.shape.count == shape.count, "\(other.shape) blended with \(shape)")
        defer { withExtendedLifetime((self, other)) {} }
        ps_blend(weight, other.floats, 1 - weight, floats, shape.count)
    }

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

    /// A copy with each channel multiplied by a number, and another added to it.
    ///
    /// - Parameters:
    ///   - factor: The factor of each channel of this f32 tensor, `[…, C]`.
    ///   - offset: What is added to each channel after that.
    ///   - context: Where to run.
    /// - Returns: `[…, C]`.
    public func scaled(
        by factor: [Float], adding offset: [Float], in context: ComputeContext
    ) -> Tensor {
        precondition(
            factor.count == shape.last && offset.count == shape.last,
            "\(factor.count) factors and \(offset.count) offsets for \(shape)")
        let result = Tensor(shape, in: context)
        defer { withExtendedLifetime((self, result)) {} }
        ps_scale_channels(floats, factor, offset, result.floats, shape.rows, shape.last)
        return result
    }
}
