internal import CKernels
internal import Regions

/// A short record of every row, from which lower bounds of joint distances follow.
///
/// Rows are projected on a few directions in which they differ most. The squared distance of two
/// projections, and the difference of the lengths of what is left of each row, never add up to more
/// than the squared distance of the rows. What rounding could add is taken off again (`slack`).
final class RowSketches: @unchecked Sendable {
    // Unchecked: written while it is made, only read afterwards.

    /// The coordinates of a record.
    let width: Int
    /// The bytes that were read to make all records.
    let bytesRead: Int
    private let records: UnsafeMutablePointer<Float>

    var recordByteCount: Int { 4 * (width + Int(PS_SKETCH_EXTRA)) }

    init(
        _ candidates: SamplingCandidates, centroid: [Double], metric: JointMetric, width: Int,
        threads: Int
    ) {
        let rows = CentredRows(candidates, centroid: centroid, metric: metric, workers: threads)
        // A few rows are compared sooner than sketched.
        let directions =
            candidates.count < 256
            ? PrincipalDirections(count: 0, vectors: [])
            : PrincipalDirections(rows, count: min(width, rows.width), threads: threads)
        self.width = directions.count
        bytesRead = (candidates.count + directions.rowsRead) * candidates.rowByteCount
        let stride = directions.count + Int(PS_SKETCH_EXTRA)
        records = .allocate(capacity: candidates.count * stride)
        let records = self.records
        let blockSize = 16
        let scratch = SketchScratch(
            workers: threads, floats: blockSize * (rows.width + directions.count))
        let origin = [Double](repeating: 0, count: rows.width)
        directions.vectors.withUnsafeBufferPointer { vectors in
            ParallelLoop.run((candidates.count + blockSize - 1) / blockSize, threads: threads) {
                worker, block in
                let range =
                    block * blockSize..<min(candidates.count, (block + 1) * blockSize)
                let numbers = scratch[worker]
                let products = numbers + blockSize * rows.width
                for (position, row) in range.enumerated() {
                    rows.read(row, worker: worker, into: numbers + position * rows.width)
                }
                if let vectors = vectors.baseAddress, directions.count > 0 {
                    ps_products_of_rows(
                        numbers, range.count, vectors, directions.count, rows.width, products)
                }
                for (position, row) in range.enumerated() {
                    let length = ps_squared_distance_to_point(
                        numbers + position * rows.width, origin, rows.width)
                    Self.write(
                        products + position * directions.count, count: directions.count,
                        squaredLength: length, to: records + row * stride)
                }
            }
        }
    }

    deinit { records.deallocate() }

    func record(_ row: Int) -> UnsafePointer<Float> {
        UnsafePointer(records + row * (width + Int(PS_SKETCH_EXTRA)))
    }

    /// One record.
    ///
    /// The errors of products of rows are below 1e-5 of the rows' lengths each, if all roundings of
    /// a hundred thousand additions conspire; the margins here are far above.
    private static func write(
        _ coordinates: UnsafePointer<Float>, count: Int, squaredLength: Double,
        to record: UnsafeMutablePointer<Float>
    ) {
        var inside = 0.0
        for index in 0..<count {
            record[index] = coordinates[index]
            inside += Double(coordinates[index]) * Double(coordinates[index])
        }
        let (outside, margin) = (squaredLength - inside, 2e-4 * squaredLength)
        record[count] = Float(max(0, outside - margin).squareRoot()).nextDown
        record[count + 1] = Float(max(0, outside + margin).squareRoot()).nextUp
        record[count + 2] = Float(5e-4 * squaredLength).nextUp
    }
}

/// Memory for the workers of a loop, a piece for each.
final class SketchScratch: @unchecked Sendable {
    // Unchecked: every worker uses its own piece.
    private let start: UnsafeMutablePointer<Float>
    private let floats: Int

    init(workers: Int, floats: Int) {
        self.floats = floats
        start = .allocate(capacity: workers * floats)
    }

    deinit { start.deallocate() }

    subscript(worker: Int) -> UnsafeMutablePointer<Float> { start + worker * floats }
}
