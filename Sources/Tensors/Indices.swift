/// A row of whole numbers: categories of tokens, or an order of rows.
public final class Indices {
    /// How many numbers there are.
    public let count: Int

    private let storage: Storage

    /// Makes indices with any content.
    ///
    /// - Parameters:
    ///   - count: How many numbers there are.
    ///   - context: Where the memory comes from.
    public init(count: Int, in context: ComputeContext) {
        self.count = count
        self.storage = Storage(
            byteCount: count * MemoryLayout<Int32>.stride, in: context.workspace)
    }

    /// Makes indices from numbers.
    ///
    /// - Parameters:
    ///   - values: The numbers.
    ///   - context: Where the memory comes from.
    public convenience init(_ values: [Int], in context: ComputeContext) {
        self.init(count: values.count, in: context)
        for (index, value) in values.enumerated() { address[index] = Int32(value) }
    }

    /// The numbers as an array.
    public var values: [Int] {
        defer { withExtendedLifetime(self) {} }
        return UnsafeBufferPointer(start: address, count: count).map(Int.init)
    }

    /// Where the numbers start; callers keep the object alive while they use it.
    var address: UnsafeMutablePointer<Int32> {
        storage.block.address.assumingMemoryBound(to: Int32.self)
    }
}
