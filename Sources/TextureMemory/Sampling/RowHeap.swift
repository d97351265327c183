/// Rows ordered by distance, the farthest on top and the lower index first among equals.
///
/// Distances lie outside: whoever changes that of a row takes the row out before.
struct RowHeap {
    private var rows: [Int32]
    private let distances: UnsafePointer<Double>

    /// A heap of all rows but one.
    init(count: Int, without row: Int, distances: UnsafePointer<Double>) {
        self.distances = distances
        rows = (0..<Int32(count)).filter { $0 != Int32(row) }
        for position in stride(from: rows.count / 2 - 1, through: 0, by: -1) { sink(position) }
    }

    /// The farthest row.
    var top: Int? { rows.first.map(Int.init) }

    /// Takes the farthest row out.
    mutating func removeTop() {
        let last = rows.removeLast()
        if rows.isEmpty { return }
        rows[0] = last
        sink(0)
    }

    mutating func insert(_ row: Int) {
        rows.append(Int32(row))
        var position = rows.count - 1
        while position > 0 {
            let parent = (position - 1) / 2
            if !isAbove(rows[position], rows[parent]) { break }
            rows.swapAt(position, parent)
            position = parent
        }
    }

    private mutating func sink(_ start: Int) {
        var position = start
        while true {
            var child = 2 * position + 1
            if child >= rows.count { return }
            if child + 1 < rows.count && isAbove(rows[child + 1], rows[child]) { child += 1 }
            if !isAbove(rows[child], rows[position]) { return }
            rows.swapAt(position, child)
            position = child
        }
    }

    private func isAbove(_ a: Int32, _ b: Int32) -> Bool {
        let (x, y) = (distances[Int(a)], distances[Int(b)])
        return x > y || (x == y && a < b)
    }
}
