/// Points added to others that are there already.
struct AddedPoints {
    /// The rows, in the order in which they were chosen.
    let rows: [Int]
    /// The squared joint distance of each to all points before it.
    let squaredDistances: [Double]
    /// The joint distance of the farthest row to its nearest point.
    let coveringRadius: Double
}

extension FarthestPointSampling {
    /// Goes on with farthest point sampling from points that are there already.
    ///
    /// - Parameters:
    ///   - present: The points that are there, at least one row.
    ///   - count: The most points that are added.
    ///   - distance: Rows that are not farther than this from all points are left.
    ///   - candidates: All rows, those of `present` too.
    ///   - progress: Called with the number of added points after each.
    /// - Returns: The added points.
    /// - Throws: ``SamplingError``, or what `progress` throws.
    func extend(
        _ present: Range<Int>, by count: Int, beyond distance: Double,
        from candidates: SamplingCandidates, progress: (Int) throws -> Void
    ) throws -> AddedPoints {
        precondition(
            !present.isEmpty && present.upperBound <= candidates.count,
            "points \(present) of \(candidates.count)")
        let search = try makeSearch(candidates, capacity: present.count + count)
        for row in present.dropLast() { search.addCentre(row) }
        search.choose(present.upperBound - 1)
        var (rows, distances) = ([Int](), [Double]())
        while rows.count < count, let next = search.farthest(),
            next.squaredDistance > distance * distance
        {
            rows.append(next.row)
            distances.append(next.squaredDistance)
            search.choose(next.row)
            try progress(rows.count)
        }
        return AddedPoints(
            rows: rows, squaredDistances: distances,
            coveringRadius: (search.farthest()?.squaredDistance ?? 0).squareRoot())
    }
}
