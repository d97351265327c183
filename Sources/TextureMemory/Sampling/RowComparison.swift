internal import CKernels

/// Compares a group of rows with the points that each has not met.
///
/// First every row gets lower bounds of its distances from the sketches, and is measured against
/// the point that seems nearest. Then the points go by one after the other, each read once for all
/// rows of the group, and are measured only where the bound is below the distance found so far.
final class RowComparison: @unchecked Sendable {
    // Unchecked: every worker writes to memory of its own.

    /// Rows of a group: together they fit into a second-level cache.
    static let groupSize = 16

    private struct Row {
        let row: Int
        /// The first point that the row has not met, and the point that its first bound is for.
        let firstNew: Int
        let firstBound: Int
        var likeliest: Int
        var nearest: Double
    }

    private let rows: ps_joint_rows
    private let rowByteCount: Int
    private let sketches: RowSketches
    private let centreSketches: CentreSketches
    private let group: UnsafeMutablePointer<Row>
    private let sizes: UnsafeMutablePointer<Int>
    private let bounds: UnsafeMutablePointer<Float>

    init(
        _ rows: ps_joint_rows, rowByteCount: Int, sketches: RowSketches,
        centreSketches: CentreSketches, workers: Int
    ) {
        self.rows = rows
        self.rowByteCount = rowByteCount
        self.sketches = sketches
        self.centreSketches = centreSketches
        group = .allocate(capacity: workers * Self.groupSize)
        sizes = .allocate(capacity: workers)
        sizes.initialize(repeating: 0, count: workers)
        bounds = .allocate(capacity: workers * Self.groupSize * centreSketches.boundsCapacity)
    }

    deinit {
        group.deallocate()
        sizes.deallocate()
        bounds.deallocate()
    }

    /// Begins a group.
    func begin(_ worker: Int) { sizes[worker] = 0 }

    /// Adds a row that has met the first `compared` points and has some left to meet.
    func add(_ row: Int, nearest: Double, compared: Int, worker: Int) {
        let position = sizes[worker]
        let new = compared..<centreSketches.count
        let bounds = bounds(worker, position)
        let first = centreSketches.bounds(to: sketches.record(row), of: new, into: bounds)
        var likeliest = compared
        for centre in new where bounds[centre - first] < bounds[likeliest - first] {
            likeliest = centre
        }
        (group + worker * Self.groupSize + position).initialize(
            to: Row(
                row: row, firstNew: compared, firstBound: first, likeliest: likeliest,
                nearest: nearest))
        sizes[worker] += 1
    }

    /// Measures what the bounds leave open, and hands over each row with its distance.
    func finish(
        _ worker: Int, centres: [Int], _ work: inout SamplingStatistics,
        use: (_ row: Int, _ nearest: Double) -> Void
    ) {
        let size = sizes[worker]
        let group = group + worker * Self.groupSize
        var firstNew = centres.count
        for position in 0..<size {
            let likeliest = group[position].likeliest
            measure(&group[position], likeliest, centres, bounds(worker, position), &work)
            firstNew = min(firstNew, group[position].firstNew)
            work.sketchBytes +=
                (centres.count - group[position].firstNew + 1) * sketches.recordByteCount
        }
        for centre in firstNew..<centres.count {
            for position in 0..<size
            where centre >= group[position].firstNew && centre != group[position].likeliest {
                measure(&group[position], centre, centres, bounds(worker, position), &work)
            }
        }
        for position in 0..<size { use(group[position].row, group[position].nearest) }
    }

    private func bounds(_ worker: Int, _ position: Int) -> UnsafeMutablePointer<Float> {
        bounds + (worker * Self.groupSize + position) * centreSketches.boundsCapacity
    }

    /// Lowers a row's distance to that of a point, if the bound leaves it open that it is nearer.
    @inline(__always)
    private func measure(
        _ row: inout Row, _ centre: Int, _ centres: [Int], _ bounds: UnsafePointer<Float>,
        _ work: inout SamplingStatistics
    ) {
        if Double(bounds[centre - row.firstBound]) >= row.nearest {
            work.distancesRuledOut += 1
            return
        }
        var bytes: UInt64 = 0
        let distance = withUnsafePointer(to: rows) {
            ps_joint_distance($0, row.row, centres[centre], row.nearest, &bytes)
        }
        work.exactDistances += 1
        work.rowBytes += 2 * Int(bytes)
        if Int(bytes) < rowByteCount { work.distancesCutShort += 1 }
        if distance < row.nearest { row.nearest = distance }
    }
}
