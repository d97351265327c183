internal import CKernels
internal import Regions

/// Where the centroid of all rows is and how far each row is from it, part by part.
struct CandidateSpread {
    /// The centroid: values, then keys.
    let centroid: [Double]
    /// The squared distance of each row's value to the centroid.
    let valueDistances: [Double]
    /// The squared distance of each row's key to the centroid.
    let keyDistances: [Double]
    /// The scales that make both mean distances 1.
    let scales: PartScales
    /// The bytes that were read to find out.
    let bytesRead: Int

    /// Reads all rows twice.
    ///
    /// Sums run over rows in their order, whatever the number of threads.
    init(_ candidates: SamplingCandidates, threads: Int) throws(SamplingError) {
        let (count, width) = (candidates.count, candidates.valueWidth)
        let centroid = Self.centroid(candidates, threads: threads)
        var valueDistances = [Double](repeating: 0, count: count)
        var keyDistances = [Double](repeating: 0, count: count)
        valueDistances.withUnsafeMutableBufferPointer { values in
            keyDistances.withUnsafeMutableBufferPointer { keys in
                let blocks = RowBlocks(count: count)
                let rows = RowReader(candidates, workers: threads)
                centroid.withUnsafeBufferPointer { centroid in
                    guard let centroid = centroid.baseAddress else { return }
                    ParallelLoop.run(blocks.blockCount, threads: threads) { worker, block in
                        for row in blocks[block] {
                            let numbers = rows.read(row, worker: worker)
                            values[row] = ps_squared_distance_to_point(numbers, centroid, width)
                            keys[row] = ps_squared_distance_to_point(
                                numbers + width, centroid + width, candidates.keyWidth)
                        }
                    }
                }
            }
        }
        for row in 0..<count {
            guard valueDistances[row].isFinite && keyDistances[row].isFinite else {
                throw .notFinite(row: Self.firstNotFinite(candidates) ?? row)
            }
        }
        self.centroid = centroid
        self.scales = PartScales(value: Self.scale(valueDistances), key: Self.scale(keyDistances))
        self.valueDistances = valueDistances
        self.keyDistances = keyDistances
        self.bytesRead = 2 * count * candidates.rowByteCount
    }

    /// The mean of all rows.
    ///
    /// Threads share the columns out, so that each sum has one order.
    private static func centroid(_ candidates: SamplingCandidates, threads: Int) -> [Double] {
        let width = candidates.valueWidth + candidates.keyWidth
        var sums = [Double](repeating: 0, count: width)
        let step = 512
        sums.withUnsafeMutableBufferPointer { sums in
            let rows = RowReader(candidates, workers: threads)
            // Some rows at a time, so that a mapped file is read once and not for every column.
            for start in stride(from: 0, to: candidates.count, by: 4096) {
                let block = start..<min(candidates.count, start + 4096)
                ParallelLoop.run((width + step - 1) / step, threads: threads) { worker, pass in
                    let columns = pass * step..<min(width, (pass + 1) * step)
                    guard let target = sums.baseAddress else { return }
                    for row in block {
                        let numbers = rows.read(row, columns: columns, worker: worker)
                        ps_add_row_to_sums(numbers, target + columns.lowerBound, columns.count)
                    }
                }
            }
        }
        return sums.map { $0 / Double(candidates.count) }
    }

    private static func scale(_ squaredDistances: [Double]) -> Double {
        let sum = squaredDistances.reduce(0) { $0 + $1.squareRoot() }
        return sum > 0 ? Double(squaredDistances.count) / sum : 0
    }

    /// One bad number makes the centroid bad and with it every distance, so rows are looked through.
    private static func firstNotFinite(_ candidates: SamplingCandidates) -> Int? {
        let rows = RowReader(candidates, workers: 1)
        let width = candidates.valueWidth + candidates.keyWidth
        return (0..<candidates.count).first { row in
            let numbers = rows.read(row, worker: 0)
            return (0..<width).contains { !numbers[$0].isFinite }
        }
    }
}
