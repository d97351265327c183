/// Which candidates become entries.
struct EntrySelection {
    /// Candidates closer than this to an entry count as the same texture.
    ///
    /// In units of the joint distance, in which two patches taken at random are about 2 apart.
    static let nearDuplicateDistance = 0.1

    let keyWeight: Double
    let threads: Int

    /// The entries, in the order in which they were chosen.
    struct Result {
        let rows: [Int]
        let squaredDistances: [Double?]
        let coveringRadius: Double
        let scales: PartScales
        /// Candidates that are no entry because one is almost the same; 0 when there was no room for
        /// every other.
        let nearDuplicates: Int
        let statistics: SamplingStatistics
    }

    /// Chooses entries by exact farthest point sampling over keys and values.
    ///
    /// The first is the candidate nearest to the centroid, so that no random number is needed.
    /// Sampling ends early when all that is left is closer than ``nearDuplicateDistance``.
    func run(
        _ size: Int, from candidates: SamplingCandidates, progress: (MemoryProgress) throws -> Void
    ) throws -> Result {
        let total = min(size, candidates.count)
        let sampling = FarthestPointSampling(
            keyWeight: keyWeight, start: .nearestToCentroid, threads: threads)
        let points = try sampling.select(total, from: candidates) {
            try progress(MemoryProgress(.choosing, $0, of: total))
        }
        let limit = Self.nearDuplicateDistance * Self.nearDuplicateDistance
        let kept = points.squaredDistances.firstIndex { $0 < limit } ?? points.indices.count
        let isCut = kept < points.indices.count
        let radius =
            isCut ? points.squaredDistances[kept].squareRoot() : points.coveringRadius
        let isAllCovered = isCut || points.coveringRadius < Self.nearDuplicateDistance
        return Result(
            rows: Array(points.indices[..<kept]),
            squaredDistances: points.squaredDistances[..<kept].map { $0.isFinite ? $0 : nil },
            coveringRadius: radius, scales: points.scales,
            nearDuplicates: isAllCovered ? candidates.count - kept : 0,
            statistics: points.statistics)
    }
}
