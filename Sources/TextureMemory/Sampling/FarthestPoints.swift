/// The points that ``FarthestPointSampling`` chose.
public struct FarthestPoints: Sendable, Equatable {
    /// The rows, in the order in which they were chosen.
    public let indices: [Int]

    /// The squared joint distance of each point to the points before it; infinite for the first.
    public let squaredDistances: [Double]

    /// The joint distance of the farthest row to its nearest point; 0 when every row is a point.
    public let coveringRadius: Double

    /// The scales that the parts were multiplied by.
    public let scales: PartScales

    /// What the work consisted of.
    public let statistics: SamplingStatistics
}

/// What farthest point sampling read and what it could leave unread.
///
/// The numbers are the same for any number of threads.
public struct SamplingStatistics: Sendable, Equatable {
    /// The points chosen.
    public internal(set) var points = 0

    /// The distances that the naive algorithm computes: every row to every point.
    public internal(set) var naiveDistances = 0

    /// The bytes of rows that the naive algorithm reads.
    public internal(set) var naiveBytes = 0

    /// The bytes read before the first step, for the centroid and the sketches.
    public internal(set) var preparationBytes = 0

    /// The bytes of sketches read to find lower bounds.
    public internal(set) var sketchBytes = 0

    /// The bytes of rows read for exact distances, those of both rows of a pair counted.
    public internal(set) var rowBytes = 0

    /// The exact distances that were begun.
    public internal(set) var exactDistances = 0

    /// Those of them that ended early, because the partial distance was large enough.
    public internal(set) var distancesCutShort = 0

    /// The distances that a lower bound made unnecessary.
    public internal(set) var distancesRuledOut = 0

    /// The distances that were never asked for: their rows were too near to be the farthest.
    public var distancesNeverNeeded: Int { naiveDistances - exactDistances - distancesRuledOut }

    /// All bytes read, preparation included.
    public var bytesRead: Int { preparationBytes + sketchBytes + rowBytes }

    /// All bytes read, divided by the number of points.
    public var bytesPerStep: Int { bytesRead / max(1, points) }

    /// Adds the work of a thread.
    mutating func add(_ work: SamplingStatistics) {
        sketchBytes += work.sketchBytes
        rowBytes += work.rowBytes
        exactDistances += work.exactDistances
        distancesCutShort += work.distancesCutShort
        distancesRuledOut += work.distancesRuledOut
    }
}
