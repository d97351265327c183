import CKernels

extension Indices {
    /// The order in which tokens stand when they are sorted by category.
    ///
    /// The sort is stable: tokens of one category keep their order. Cost: linear in the number of
    /// tokens.
    ///
    /// - Parameters:
    ///   - categoryCount: The number of categories, which are `0..<categoryCount`.
    ///   - context: Where the memory comes from.
    /// - Returns: The token at each place.
    public func stableOrder(categoryCount: Int, in context: ComputeContext) -> Indices {
        let order = Indices(count: count, in: context)
        let starts = Indices(count: categoryCount + 1, in: context)
        defer { withExtendedLifetime((self, order, starts)) {} }
        let status = ps_order_by_category(
            address, count, categoryCount, starts.address, order.address)
        precondition(status == 0, "a category is not in 0..<\(categoryCount)")
        return order
    }
}

extension Tensor {
    /// The rows in another order: row `i` of the result is row `order[i]` of this tensor.
    ///
    /// - Parameters:
    ///   - order: A row of this tensor for each row of the result.
    ///   - context: Where the memory comes from.
    /// - Returns: `[order.count, C]`.
    public func gatheringRows(_ order: Indices, in context: ComputeContext) -> Tensor {
        let result = Tensor([order.count, shape.last], elementType, in: context)
        checkRows(order)
        defer { withExtendedLifetime((self, order, result)) {} }
        ps_gather_rows(
            address, order.address, result.address, order.count,
            shape.last * elementType.byteCount)
        return result
    }

    /// The rows back from an order: row `order[i]` of the result is row `i` of this tensor.
    ///
    /// - Parameters:
    ///   - order: Each row of the result once.
    ///   - context: Where the memory comes from.
    /// - Returns: A tensor of the same shape.
    public func scatteringRows(_ order: Indices, in context: ComputeContext) -> Tensor {
        precondition(order.count == shape.rows, "\(order.count) places for \(shape)")
        let result = Tensor(shape, elementType, in: context)
        checkRows(order)
        defer { withExtendedLifetime((self, order, result)) {} }
        ps_scatter_rows(
            address, order.address, result.address, order.count,
            shape.last * elementType.byteCount)
        return result
    }

    private func checkRows(_ order: Indices) {
        let rows = UInt32(shape.rows)
        let places = UnsafeBufferPointer(start: order.address, count: order.count)
        precondition(
            places.allSatisfy { UInt32(bitPattern: $0) < rows }, "a row is outside \(shape)")
    }
}
