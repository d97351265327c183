internal import CKernels

/// The sketches of the points chosen so far, sixteen side by side, number by number.
final class CentreSketches: @unchecked Sendable {
    // Unchecked: written between the loops that read it.

    private static let lanes = Int(PS_SKETCH_LANES)
    private let width: Int
    private let blocks: UnsafeMutablePointer<Float>
    private let blockCount: Int
    /// The points so far.
    private(set) var count = 0

    init(capacity: Int, width: Int) {
        self.width = width
        blockCount = (capacity + Self.lanes - 1) / Self.lanes
        let floats = blockCount * (width + Int(PS_SKETCH_EXTRA)) * Self.lanes
        blocks = .allocate(capacity: floats)
        blocks.initialize(repeating: 0, count: floats)
    }

    deinit { blocks.deallocate() }

    /// The numbers that ``bounds(to:of:into:)`` may write.
    var boundsCapacity: Int { blockCount * Self.lanes }

    func append(_ record: UnsafePointer<Float>) {
        let numbers = width + Int(PS_SKETCH_EXTRA)
        let target = blocks + count / Self.lanes * numbers * Self.lanes + count % Self.lanes
        for index in 0..<numbers { target[index * Self.lanes] = record[index] }
        count += 1
    }

    /// Lower bounds of the squared distances to some points.
    ///
    /// - Returns: The point that the first number of `target` belongs to.
    func bounds(
        to record: UnsafePointer<Float>, of points: Range<Int>,
        into target: UnsafeMutablePointer<Float>
    ) -> Int {
        let first = points.lowerBound / Self.lanes
        let end = (points.upperBound + Self.lanes - 1) / Self.lanes
        let stride = (width + Int(PS_SKETCH_EXTRA)) * Self.lanes
        ps_sketch_bounds(record, blocks + first * stride, end - first, width, target)
        return first * Self.lanes
    }
}
