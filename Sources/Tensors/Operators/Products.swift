import COneDNNShim

/// A matrix inside a tensor: some of its rows and some of its columns.
///
/// Tensors of any rank are seen as matrices with the last dimension as columns. Taking rows and columns
/// copies nothing: a product reads them in place.
public struct Matrix {
    /// The tensor that holds the numbers.
    public let tensor: Tensor

    /// The rows that belong to the matrix.
    public let rows: Range<Int>

    /// The columns that belong to the matrix.
    public let columns: Range<Int>

    /// Sees a tensor as a matrix.
    ///
    /// - Parameters:
    ///   - tensor: The tensor, `[…, C]`.
    ///   - rows: The rows that belong to the matrix; all of them when nil.
    ///   - columns: The columns that belong to the matrix; all of them when nil.
    public init(_ tensor: Tensor, rows: Range<Int>? = nil, columns: Range<Int>? = nil) {
        self.tensor = tensor
        self.rows = rows ?? 0..<tensor.shape.rows
        self.columns = columns ?? 0..<tensor.shape.last
        precondition(
            self.columns.lowerBound >= 0 && self.columns.upperBound <= tensor.shape.last
                && self.rows.lowerBound >= 0 && self.rows.upperBound <= tensor.shape.rows,
            "rows \(self.rows) and columns \(self.columns) of \(tensor.shape)")
    }

    var stride: Int { tensor.shape.last }
    var address: UnsafeMutableRawPointer {
        let offset = rows.lowerBound * stride + columns.lowerBound
        return tensor.address + offset * tensor.elementType.byteCount
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
    let columns = isTransposed ? b.rows.count : b.columns.count
    precondition(
        inner == (isTransposed ? b.columns.count : b.rows.count)
            && a.tensor.elementType == b.tensor.elementType,
        "[\(a.rows.count), \(inner)] times [\(b.rows.count), \(b.columns.count)], transposed: \(isTransposed)"
    )
    let result = Tensor([a.rows.count, columns], output, in: context)
    if result.shape.count == 0 { return result }
    let key = ProductCache.Key(
        rows: a.rows.count, inner: inner, columns: columns, sourceStride: a.stride,
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
