/// A photo cut into parts that are described one by one, such as `2x2`.
public struct PhotoGrid: Sendable, Equatable {
    /// Parts beside each other.
    public let columns: Int
    /// Parts above each other.
    public let rows: Int

    /// The most parts on a side.
    public static let limit = 8

    /// Reads a grid; nil when it is none, or a side has more than ``limit`` parts.
    ///
    /// - Parameter text: Columns and rows, such as `2x3`.
    public init?(_ text: String) {
        let numbers = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let columns = numbers[0], let rows = numbers[1],
            (1...Self.limit).contains(columns), (1...Self.limit).contains(rows)
        else { return nil }
        self.columns = columns
        self.rows = rows
    }

    /// The parts of a picture, row by row; together they cover each pixel once.
    func parts(width: Int, height: Int) -> [(x: Int, y: Int, width: Int, height: Int)] {
        var parts: [(x: Int, y: Int, width: Int, height: Int)] = []
        for row in 0..<rows {
            let (top, bottom) = (height * row / rows, height * (row + 1) / rows)
            for column in 0..<columns {
                let (left, right) = (width * column / columns, width * (column + 1) / columns)
                // A picture of fewer pixels than parts has empty ones.
                if right > left, bottom > top {
                    parts.append((left, top, right - left, bottom - top))
                }
            }
        }
        return parts
    }
}
