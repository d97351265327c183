internal import CKernels
internal import Regions

/// The lazy form of the greedy search.
///
/// A row's distance to its nearest point only shrinks, so one that was right for fewer points is an
/// upper bound. Rows wait in a heap with such bounds; only those that come to its top are compared
/// with the points chosen since, and the top is the farthest row as soon as nothing is outstanding
/// for it. ``RowComparison`` is what a comparison consists of.
final class FarthestPointSearch {
    /// Rows that are compared side by side.
    ///
    /// Not the number of threads: the same work for any.
    private static let batchSize = 64

    let scales: PartScales
    let nearestToCentroid: Int
    private(set) var centres: [Int] = []
    private(set) var statistics = SamplingStatistics()

    private let candidates: SamplingCandidates
    private let threads: Int
    private let sketches: RowSketches
    private let centreSketches: CentreSketches
    private let comparison: RowComparison
    private let distances: UnsafeMutablePointer<Double>
    /// How many points each row has been compared with.
    private let compared: UnsafeMutablePointer<Int32>
    private var heap: RowHeap?

    init(
        _ candidates: SamplingCandidates, spread: CandidateSpread, metric: JointMetric,
        capacity: Int, threads: Int, sketchWidth: Int
    ) {
        self.candidates = candidates
        self.threads = threads
        scales = metric.scales
        nearestToCentroid = spread.nearestRow(metric)
        sketches = RowSketches(
            candidates, centroid: spread.centroid, metric: metric, width: sketchWidth,
            threads: threads)
        centreSketches = CentreSketches(capacity: capacity, width: sketches.width)
        distances = .allocate(capacity: candidates.count)
        distances.initialize(repeating: .infinity, count: candidates.count)
        compared = .allocate(capacity: candidates.count)
        compared.initialize(repeating: 0, count: candidates.count)
        comparison = RowComparison(
            metric.rows(candidates), rowByteCount: candidates.rowByteCount, sketches: sketches,
            centreSketches: centreSketches, workers: threads)
        statistics.preparationBytes = spread.bytesRead + sketches.bytesRead
    }

    deinit {
        distances.deallocate()
        compared.deallocate()
    }

    /// Makes a row, on top of the heap unless it is the first, the next point.
    func choose(_ row: Int) {
        addCentre(row)
        if heap == nil {
            refreshAll()
            heap = RowHeap(count: candidates.count, without: row, distances: distances)
        } else {
            heap?.removeTop()
        }
    }

    /// Adds a point without looking at the rows.
    func addCentre(_ row: Int) {
        centres.append(row)
        centreSketches.append(sketches.record(row))
        statistics.points += 1
        statistics.naiveDistances += candidates.count
        statistics.naiveBytes += candidates.count * candidates.rowByteCount
    }

    /// The row that is farthest from all points so far; nil when every row is one.
    func farthest() -> (row: Int, squaredDistance: Double)? {
        var batch: [Int] = []
        while true {
            batch.removeAll(keepingCapacity: true)
            while batch.count < Self.batchSize, let top = heap?.top,
                Int(compared[top]) < centres.count
            {
                heap?.removeTop()
                batch.append(top)
            }
            if batch.isEmpty { return heap?.top.map { ($0, distances[$0]) } }
            refresh(batch.count) { batch[$0] }
            for row in batch { heap?.insert(row) }
        }
    }

    /// The distance of the farthest row, with every row compared with every point.
    func coveringRadius() -> Double {
        refreshAll()
        let largest = (0..<candidates.count).reduce(0) { max($0, distances[$1]) }
        return largest.squareRoot()
    }

    private func refreshAll() {
        let size = 4096
        for start in stride(from: 0, to: candidates.count, by: size) {
            refresh(min(size, candidates.count - start)) { start + $0 }
        }
    }

    /// Compares some rows with the points they have not met, a group of rows at a time.
    private func refresh(_ count: Int, row: (Int) -> Int) {
        let size = RowComparison.groupSize
        var work = [SamplingStatistics](repeating: SamplingStatistics(), count: threads)
        work.withUnsafeMutableBufferPointer { work in
            ParallelLoop.run((count + size - 1) / size, threads: threads) { worker, group in
                comparison.begin(worker)
                for position in group * size..<min(count, (group + 1) * size) {
                    let row = row(position)
                    comparison.add(
                        row, nearest: distances[row], compared: Int(compared[row]), worker: worker)
                }
                comparison.finish(worker, centres: centres, &work[worker]) { row, nearest in
                    distances[row] = nearest
                    compared[row] = Int32(centres.count)
                }
            }
        }
        for part in work { statistics.add(part) }
    }
}

extension CandidateSpread {
    /// The row with the least joint distance to the centroid, the lower index among equals.
    func nearestRow(_ metric: JointMetric) -> Int {
        var best = (row: 0, distance: Double.infinity)
        for row in valueDistances.indices {
            let distance =
                metric.valueFactor * valueDistances[row] + metric.keyFactor * keyDistances[row]
            if distance < best.distance { best = (row, distance) }
        }
        return best.row
    }
}
