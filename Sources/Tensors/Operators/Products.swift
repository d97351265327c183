import COneDNNShim

/// A matrix inside a tensor: all its rows, and some of its columns.
///
/// Tensors of any rank are seen as matrices with the last dimension as columns. Taking columns
/// copies nothing: a product reads and writes them in place.
public struct Matrix {
    /// The tensor that holds the numbers.
    public let tensor: Tensor

    /// The columns that belong to the matrix.
    public let columns: Range<Int>

    /// Sees a tensor as a matrix.
    ///
    /// - Parameters:
    ///   - tensor: The tensor, `[…, C]`.
    ///   - columns: The columns that belong to the matrix; all of them when nil.
    public init(_ tensor: Tensor, columns: Range<Int>? = nil) {
        self.tensor = tensor
        self.columns = columns ?? 0..<tensor.shape.last
        precondition(
            self.columns.lowerBound >= 0 && self.columns.upperBound <= tensor.shape.last,
            "columns \(self.columns) of \(tensor.shape)")
    }

    var rows: Int { tensor.shape.rows }
    var stride: Int { tensor.shape.last }
    var address: UnsafeMutableRawPointer {
        tensor.address + columns.lowerBound * tensor.elementType.byteCount
    }
}

/// The product of two matrices, `a·b` or `a·bᵀ`.
///
/// - Parameters:
///   - a: `[N, K]`.
///   - b: `[K, M]`, or `[M, K]` when it is transposed; of the same element type as `a`.
///   - isTransposed: Whether `b` is transposed.
///   - output: The element type of the result.
///   - context: Where to run.
/// - Returns: `[N, M]`.
/// - Throws: ``ComputeError/refused(_:)`` when oneDNN has no good code for the shape.
public func product(
    _ a: Matrix, _ b: Matrix, transposingSecond isTransposed: Bool = false,
    output: ElementType = .f32, in context: ComputeContext
) throws(ComputeError) -> Tensor {
    let inner = a.columns.count
    let columns = isTransposed ? b.rows : b.columns.count
    precondition(
        inner == (isTransposed ? b.columns.count : b.rows)
            && a.tensor.elementType == b.tensor.elementType,
        "[\(a.rows), \(inner)] times [\(b.rows), \(b.columns.count)], transposed: \(isTransposed)")
    let result = Tensor([a.rows, columns], output, in: context)
    if result.shape.count == 0 { return result }
    let key = ProductCache.Key(
        rows: a.rows, inner: inner, columns: columns, sourceStride: a.stride,
        weightsStride: b.stride, isTransposed: isTransposed, source: a.tensor.elementType,
        destination: output)
    let operation = try context.products.operation(key, threads: context.threadsPerOperation)
    defer { withExtendedLifetime((a, b, result)) {} }
    try context.run(
        operation, source: a.address, weights: b.address, bias: nil, destination: result.address)
    return result
}

/// The products that a context has planned so far.
struct ProductCache {
    struct Key: Hashable {
        let rows: Int
        let inner: Int
        let columns: Int
        let sourceStride: Int
        let weightsStride: Int
        let isTransposed: Bool
        let source: ElementType
        let destination: ElementType
    }

    private var operations: [Key: Operation] = [:]

    mutating func operation(_ key: Key, threads: Int) throws(ComputeError) -> Operation {
        if let known = operations[key] { return known }
        var specification = ps_dnn_matmul()
        specification.batch = 1
        specification.rows = Int64(key.rows)
        specification.inner = Int64(key.inner)
        specification.columns = Int64(key.columns)
        specification.source_row_stride = Int64(key.sourceStride)
        specification.destination_row_stride = Int64(key.columns)
        specification.weights_row_stride = Int64(key.isTransposed ? 1 : key.weightsStride)
        specification.weights_column_stride = Int64(key.isTransposed ? key.weightsStride : 1)
        specification.common.source = key.source.shimType
        specification.common.weights = key.source.shimType
        specification.common.destination = key.destination.shimType
        specification.common.threads = Int32(threads)
        let operation = try Operation(specification)
        operations[key] = operation
        return operation
    }
}
