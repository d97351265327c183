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

    /// Adds another f32 tensor, each channel of it multiplied by a number, in this one's memory.
    ///
    /// - Parameters:
    ///   - other: A tensor with as many elements.
    ///   - factor: The factor of each channel, the last dimension of both.
    public func add(_ other: Tensor, times factor: [Float]) {
        precondition(
            other.shape.count == shape.count && other.shape.last == factor.count,
            "\(other.shape) times \(factor.count) factors added to \(shape)")
        defer { withExtendedLifetime((self, other)) {} }
        ps_add_scaled_channels(other.floats, factor, floats, other.shape.rows, factor.count)
    }

    /// Adds the same numbers to every stretch of this f32 tensor, in its own memory.
    ///
    /// - Parameter numbers: What is added; as many as divide the elements.
    public func add(repeating numbers: [Float]) {
        precondition(shape.count % numbers.count == 0, "\(numbers.count) numbers for \(shape)")
        defer { withExtendedLifetime(self) {} }
        for start in stride(from: 0, to: shape.count, by: numbers.count) {
            ps_add(numbers, floats + start, numbers.count)
        }
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
