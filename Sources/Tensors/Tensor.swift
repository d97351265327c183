/// Numbers in a row of memory, with a shape: contiguous, channels last, aligned to 64 bytes.
///
/// The memory comes from the ``Workspace`` of the context in which the tensor was made, and goes
/// back to it with the last reference. A tensor is used on one thread at a time, like its context.
public final class Tensor {
    /// The sizes of the dimensions, outermost first.
    public let shape: Shape

    /// How the numbers are stored.
    public let elementType: ElementType

    private let storage: Storage

    /// Makes a tensor with any content.
    ///
    /// - Parameters:
    ///   - shape: The sizes of the dimensions.
    ///   - elementType: How the numbers are stored.
    ///   - context: Where the memory comes from.
    public convenience init(
        _ shape: Shape, _ elementType: ElementType = .f32, in context: ComputeContext
    ) {
        self.init(
            shape, elementType,
            Storage(byteCount: shape.count * elementType.byteCount, in: context.workspace))
    }

    /// Makes an f32 tensor from numbers.
    ///
    /// - Parameters:
    ///   - values: The numbers, as many as the shape has elements.
    ///   - shape: The sizes of the dimensions.
    ///   - context: Where the memory comes from.
    public convenience init(_ values: [Float], _ shape: Shape, in context: ComputeContext) {
        precondition(values.count == shape.count, "\(values.count) values for shape \(shape)")
        self.init(shape, .f32, in: context)
        withUnsafeMutableFloats { target in
            for index in values.indices { target[index] = values[index] }
        }
    }

    private init(_ shape: Shape, _ elementType: ElementType, _ storage: Storage) {
        self.shape = shape
        self.elementType = elementType
        self.storage = storage
    }

    /// The same memory seen with another shape: writing to one changes the other.
    ///
    /// - Parameter shape: The new shape, with as many elements.
    /// - Returns: A tensor that shares this one's memory.
    public func reshaped(_ shape: Shape) -> Tensor {
        precondition(shape.count == self.shape.count, "\(self.shape) cannot become \(shape)")
        return Tensor(shape, elementType, storage)
    }

    /// A copy with memory of its own.
    ///
    /// - Parameter context: Where the memory comes from.
    /// - Returns: A tensor with the same shape, element type and content.
    public func copy(in context: ComputeContext) -> Tensor {
        let result = Tensor(shape, elementType, in: context)
        withExtendedLifetime(self) {
            result.address.copyMemory(from: address, byteCount: byteCount)
        }
        return result
    }

    /// The size of the content in bytes.
    public var byteCount: Int { shape.count * elementType.byteCount }

    /// Reads the numbers of an f32 tensor.
    ///
    /// - Parameter body: What reads them; the pointer is valid only inside.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    public func withUnsafeFloats<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeBufferPointer(start: floats, count: shape.count))
    }

    /// Reads and writes the numbers of an f32 tensor.
    ///
    /// - Parameter body: What uses them; the pointer is valid only inside.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    public func withUnsafeMutableFloats<Result, Failure: Error>(
        _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeMutableBufferPointer(start: floats, count: shape.count))
    }

    /// The numbers as an array of single precision, whatever the element type.
    public var values: [Float] {
        switch elementType {
        case .f32: return withUnsafeFloats { Array($0) }
        case .bf16:
            defer { withExtendedLifetime(self) {} }
            return UnsafeBufferPointer(start: halves, count: shape.count)
                .map { Float(bitPattern: UInt32($0) << 16) }
        }
    }

    /// Where the numbers start; callers keep the tensor alive while they use it.
    var address: UnsafeMutableRawPointer { storage.block.address }

    /// `address` of an f32 tensor.
    var floats: UnsafeMutablePointer<Float> {
        precondition(elementType == .f32, "an f32 tensor is needed, this one is \(elementType)")
        return address.assumingMemoryBound(to: Float.self)
    }

    /// `address` of a bf16 tensor, as bit patterns.
    var halves: UnsafeMutablePointer<UInt16> {
        precondition(elementType == .bf16, "a bf16 tensor is needed, this one is \(elementType)")
        return address.assumingMemoryBound(to: UInt16.self)
    }
}
