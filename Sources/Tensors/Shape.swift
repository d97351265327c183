/// The sizes of a tensor's dimensions, outermost first.
///
/// Images are `[B, H, W, C]` and tokens `[N, C]` or `[B, N, C]`: the last dimension lies together
/// in memory.
public struct Shape: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The size of each dimension.
    public let dimensions: [Int]

    /// The number of elements: the product of the dimensions, 1 when there are none.
    public let count: Int

    /// Makes a shape.
    ///
    /// - Parameter dimensions: The size of each dimension, none of them negative.
    public init(_ dimensions: [Int]) {
        precondition(dimensions.allSatisfy { $0 >= 0 }, "negative dimension in \(dimensions)")
        self.dimensions = dimensions
        self.count = dimensions.reduce(1, *)
    }

    /// Makes a shape from a literal such as `[1, 64, 64, 48]`.
    ///
    /// - Parameter elements: The size of each dimension, none of them negative.
    public init(arrayLiteral elements: Int...) {
        self.init(elements)
    }

    /// The number of dimensions.
    public var rank: Int { dimensions.count }

    /// The last dimension (channels), 1 when there are none.
    public var last: Int { dimensions.last ?? 1 }

    /// The product of all dimensions but the last: the rows when the tensor is seen as a matrix.
    public var rows: Int { dimensions.dropLast().reduce(1, *) }

    /// The size of one dimension.
    ///
    /// - Parameter index: The dimension, 0 for the outermost.
    public subscript(index: Int) -> Int { dimensions[index] }

    /// The same shape with another last dimension.
    ///
    /// - Parameter size: The new last dimension.
    /// - Returns: The changed shape.
    public func replacingLast(with size: Int) -> Shape {
        Shape(dimensions.dropLast() + [size])
    }

    /// The shape as `[1, 64, 64, 48]`.
    public var description: String { "\(dimensions)" }
}
