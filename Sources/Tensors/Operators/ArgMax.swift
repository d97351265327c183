import CKernels

extension Tensor {
    /// Where the largest number of each row is, seen as a matrix `[N, M]`; ties go to the lower
    /// index.
    ///
    /// - Parameter context: Where the memory comes from.
    /// - Returns: `N` numbers below `M`.
    public func largestInEachRow(in context: ComputeContext) -> Indices {
        precondition(shape.last > 0, "rows of \(shape) are empty")
        let result = Indices(count: shape.rows, in: context)
        defer { withExtendedLifetime((self, result)) {} }
        ps_arg_max_rows(floats, result.address, shape.rows, shape.last)
        return result
    }

    /// Where the largest number of each column is, seen as a matrix `[N, M]`; ties go to the lower
    /// index.
    ///
    /// - Parameter context: Where the memory comes from.
    /// - Returns: `M` numbers below `N`.
    public func largestInEachColumn(in context: ComputeContext) -> Indices {
        precondition(shape.rows > 0, "columns of \(shape) are empty")
        let result = Indices(count: shape.last, in: context)
        defer { withExtendedLifetime((self, result)) {} }
        ps_arg_max_columns(floats, result.address, shape.rows, shape.last)
        return result
    }
}
