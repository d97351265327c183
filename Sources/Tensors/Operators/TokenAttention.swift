/// Attention of tokens to tokens, group by group and head by head: `softmax(scale·q·kᵀ)·v`.
///
/// | value | shape | meaning |
/// |---|---|---|
/// | `queries` | `[G·N, W]` | the N tokens of each of G groups that ask |
/// | `keys`, `values` | `[G·M, W]` | the M tokens of the same group that they ask |
/// | result | `[G·N, W]` | f32 |
///
/// - Parameters:
///   - queries: What asks; of the element type of the keys and values.
///   - keys: What is compared with the queries.
///   - values: What is read.
///   - groups: G.
///   - heads: How many parts the W columns have, each with an attention of its own.
///   - context: Where to run.
/// - Returns: `[G·N, W]`. The scale is 1/√(W/heads).
/// - Throws: ``ComputeError/refused(_:)`` when oneDNN has no good code for the shape.
public func attention(
    of queries: Matrix, to keys: Matrix, reading values: Matrix, groups: Int, heads: Int,
    in context: ComputeContext
) throws(ComputeError) -> Tensor {
    let (width, columns) = (queries.columns.count / heads, queries.columns.count)
    let (asking, asked) = (queries.rows.count / groups, keys.rows.count / groups)
    precondition(
        columns == width * heads && keys.columns.count == columns
            && values.columns.count == columns && queries.rows.count == asking * groups
            && keys.rows.count == asked * groups && values.rows == keys.rows,
        "\(groups) groups and \(heads) heads of \(queries.rows) × \(queries.columns)")
    let scale = 1 / Float(width).squareRoot()
    let result = Tensor([queries.rows.count, columns], in: context)
    for group in 0..<groups {
        for head in 0..<heads {
            let scores = try product(
                queries.part(group, asking, head, width), keys.part(group, asked, head, width),
                transposingSecond: true, in: context)  // [N, M]
            let shares = scores.softmax(
                scale: scale, output: values.tensor.elementType, in: context)
            // [N, W/heads]
            let read = try product(
                Matrix(shares), values.part(group, asked, head, width), in: context)
            result.place(read, row: group * asking, column: head * width)
        }
    }
    return result
}

extension Matrix {
    /// The rows of a group and the columns of a head.
    fileprivate func part(_ group: Int, _ rows: Int, _ head: Int, _ width: Int) -> Matrix {
        let (row, column) = (self.rows.lowerBound + group * rows, columns.lowerBound + head * width)
        return Matrix(tensor, rows: row..<row + rows, columns: column..<column + width)
    }
}

extension Tensor {
    /// Writes an f32 matrix into this one.
    ///
    /// - Parameters:
    ///   - part: The matrix, `[…, C]`.
    ///   - row: Where its first row goes.
    ///   - column: Where its first column goes.
    public func place(_ part: Tensor, row: Int, column: Int) {
        let (width, stride) = (part.shape.last, shape.last)
        precondition(
            row + part.shape.rows <= shape.rows && column + width <= stride,
            "\(part.shape) at (\(row), \(column)) of \(shape)")
        defer { withExtendedLifetime((self, part)) {} }
        for line in 0..<part.shape.rows {
            (floats + (row + line) * stride + column).update(
                from: part.floats + line * width, count: width)
        }
    }
}
