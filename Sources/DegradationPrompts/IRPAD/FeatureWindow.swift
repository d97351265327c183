/// A region of features: what one judgement is about.
struct FeatureWindow: Sendable, Hashable {
    let rows: Range<Int>
    let columns: Range<Int>

    /// The same place, counted from another corner.
    func relative(row: Int, column: Int) -> FeatureWindow {
        FeatureWindow(
            rows: rows.lowerBound - row..<rows.upperBound - row,
            columns: columns.lowerBound - column..<columns.upperBound - column)
    }

    /// Where windows begin along one direction: every `stride`, and one that ends at the border.
    ///
    /// A direction shorter than a window has one.
    static func starts(length: Int, side: Int, stride: Int) -> [Int] {
        let last = max(0, length - side)
        return Array(Swift.stride(from: 0, to: last, by: stride)) + [last]
    }
}
