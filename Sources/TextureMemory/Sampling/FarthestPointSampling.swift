internal import RandomDraws

/// Farthest point sampling: each next point is the row that is farthest from all points so far.
///
/// Source: Gonzalez 1985, "Clustering to minimize the maximum intercluster distance" (greedy
/// k-centre); PatchScaler, section 3.3, samples a texture memory's patches with it.
///
/// The result is exactly the greedy one, index for index: rows are left out only where a bound
/// proves that they cannot change it (`Documentation/FarthestPointSampling.md` defines the distance
/// to the last bit and gives the bounds). Ties go to the lower index. The number of threads changes
/// nothing, and neither does the processor.
public struct FarthestPointSampling: Sendable {
    /// Which row is the first point.
    public enum Start: Sendable, Equatable {
        /// Drawn evenly from all rows.
        ///
        /// The row is the upper half of the 128-bit product of N and a draw, the first number of
        /// the SplitMix64 sequence of this seed.
        case seed(UInt64)
        /// This row.
        case index(Int)
        /// The row with the least joint distance to the centroid of all rows.
        case nearestToCentroid
    }

    /// What the squared distance of keys is multiplied by before it is added to that of values.
    public var keyWeight: Double

    /// Which row is the first point.
    public var start: Start

    /// The scales of the two parts, or nil to take those of the rows themselves.
    public var scales: PartScales?

    /// The threads to use.
    public var threads: Int

    /// The numbers kept of each row for lower bounds.
    ///
    /// This changes the time taken, nothing else.
    public var sketchWidth: Int

    /// Makes a sampling.
    ///
    /// - Parameters:
    ///   - keyWeight: The weight of keys beside values, not negative.
    ///   - start: Which row is the first point.
    ///   - scales: The scales of the parts, or nil to take those of the rows.
    ///   - threads: The threads to use, at least 1.
    ///   - sketchWidth: The numbers kept of each row for lower bounds, 0 or more.
    public init(
        keyWeight: Double = 1, start: Start = .seed(0), scales: PartScales? = nil,
        threads: Int = 1, sketchWidth: Int = 64
    ) {
        precondition(keyWeight >= 0 && keyWeight.isFinite, "a weight of \(keyWeight)")
        precondition(threads >= 1 && sketchWidth >= 0, "\(threads) threads, \(sketchWidth) numbers")
        self.keyWeight = keyWeight
        self.start = start
        self.scales = scales
        self.threads = threads
        self.sketchWidth = sketchWidth
    }

    /// Chooses points.
    ///
    /// - Parameters:
    ///   - count: How many, at least 1; all rows when there are fewer.
    ///   - candidates: The rows.
    ///   - progress: Called with the number of points so far after each. What it throws ends the
    ///     work.
    /// - Returns: The points in the order in which they were chosen. A row is chosen once, equal
    ///   rows one after the other once nothing else is left.
    /// - Throws: ``SamplingError``, or what `progress` throws.
    public func select(
        _ count: Int, from candidates: SamplingCandidates, progress: (Int) throws -> Void = { _ in }
    ) throws -> FarthestPoints {
        precondition(count >= 1, "\(count) points")
        let search = try makeSearch(candidates, capacity: count)
        let first = firstIndex(candidates, search)
        var squaredDistances = [Double.infinity]
        search.choose(first)
        try progress(1)
        while search.centres.count < min(count, candidates.count), let next = search.farthest() {
            squaredDistances.append(next.squaredDistance)
            search.choose(next.row)
            try progress(search.centres.count)
        }
        return FarthestPoints(
            indices: search.centres, squaredDistances: squaredDistances,
            coveringRadius: (search.farthest()?.squaredDistance ?? 0).squareRoot(),
            scales: search.scales, statistics: search.statistics)
    }

    /// How far the row is that is farthest from a set of points.
    ///
    /// - Parameters:
    ///   - points: The rows that are the points, at least one.
    ///   - candidates: The rows.
    /// - Returns: The largest joint distance of a row to its nearest point.
    /// - Throws: ``SamplingError``.
    public func coveringRadius(
        of points: [Int], over candidates: SamplingCandidates
    ) throws(SamplingError) -> Double {
        precondition(
            !points.isEmpty && points.allSatisfy { (0..<candidates.count).contains($0) },
            "\(points.count) points among \(candidates.count) rows")
        let search = try makeSearch(candidates, capacity: points.count)
        for point in points { search.addCentre(point) }
        return search.coveringRadius()
    }

    func makeSearch(
        _ candidates: SamplingCandidates, capacity: Int
    ) throws(SamplingError) -> FarthestPointSearch {
        guard candidates.count > 0 else { throw .noCandidates }
        let spread = try CandidateSpread(candidates, threads: threads)
        return FarthestPointSearch(
            candidates, spread: spread, metric: JointMetric(scales ?? spread.scales, keyWeight),
            capacity: min(capacity, candidates.count), threads: threads, sketchWidth: sketchWidth)
    }

    private func firstIndex(
        _ candidates: SamplingCandidates, _ search: FarthestPointSearch
    ) -> Int {
        switch start {
        case .seed(let seed):
            let draw = DrawSource(key: seed).bits(at: 0)
            return Int(draw.multipliedFullWidth(by: UInt64(candidates.count)).high)
        case .index(let index):
            precondition(
                (0..<candidates.count).contains(index), "row \(index) of \(candidates.count)")
            return index
        case .nearestToCentroid:
            return search.nearestToCentroid
        }
    }
}
