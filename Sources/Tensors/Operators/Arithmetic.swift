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
}
