import TestSupport
import TextureMemory

/// Rows in groups of different sizes and spreads, some of them equal.
struct ClusteredRows {
    let values: [Float16]
    let valueWidth: Int
    let keys: [Float]
    let keyWidth: Int
    var count: Int { values.count / valueWidth }

    init(values: [Float16], valueWidth: Int, keys: [Float], keyWidth: Int) {
        self.values = values
        self.valueWidth = valueWidth
        self.keys = keys
        self.keyWidth = keyWidth
    }

    init(count: Int, valueWidth: Int, keyWidth: Int, seed: UInt64) {
        var random = SplitMix(seed: seed)
        let centres = (0..<40).map { _ in random.floats(valueWidth + keyWidth) }
        let spreads = random.floats(40, in: 0.02...1.5)
        var (values, keys) = ([Float16](), [Float]())
        for row in 0..<count {
            if row % 50 == 49 {
                // A copy of an earlier row.
                values += values[(row - 40) * valueWidth..<(row - 39) * valueWidth]
                keys += keys[(row - 40) * keyWidth..<(row - 39) * keyWidth]
                continue
            }
            let cluster = Int.random(in: 0..<40, using: &random) % (1 + row % 40)
            let noise = random.floats(valueWidth + keyWidth)
            let numbers = zip(centres[cluster], noise).map { $0 + spreads[cluster] * $1 }
            values += numbers[..<valueWidth].map { Float16($0) }
            let key = numbers[valueWidth...]
            let length = key.reduce(0) { $0 + $1 * $1 }.squareRoot()
            keys += key.map { $0 / max(length, 1e-6) }
        }
        self.init(values: values, valueWidth: valueWidth, keys: keys, keyWidth: keyWidth)
    }

    func withCandidates<Result>(_ body: (SamplingCandidates) throws -> Result) rethrows -> Result {
        try SamplingCandidates.withArrays(
            values: values, valueWidth: valueWidth, keys: keys, keyWidth: keyWidth, body)
    }
}

/// The greedy algorithm as it is written down: every row is compared with every new point.
enum NaiveFarthestPoints {
    static func select(
        _ count: Int, from rows: ClusteredRows, keyWeight: Double, first: Int
    ) -> (indices: [Int], squaredDistances: [Double], coveringRadius: Double) {
        let distance = definedDistance(rows, keyWeight: keyWeight)
        var indices = [first]
        var squaredDistances = [Double.infinity]
        var nearest = (0..<rows.count).map { distance($0, first) }
        var taken = Set([first])
        while indices.count < min(count, rows.count) {
            var next = -1
            for row in 0..<rows.count where !taken.contains(row) {
                if next < 0 || nearest[row] > nearest[next] { next = row }
            }
            indices.append(next)
            squaredDistances.append(nearest[next])
            taken.insert(next)
            for row in 0..<rows.count { nearest[row] = min(nearest[row], distance(row, next)) }
        }
        return (indices, squaredDistances, nearest.reduce(0, max).squareRoot())
    }

    static func coveringRadius(
        of points: [Int], over rows: ClusteredRows, keyWeight: Double
    ) -> Double {
        let distance = definedDistance(rows, keyWeight: keyWeight)
        return (0..<rows.count)
            .map { row in points.map { distance(row, $0) }.min() ?? .infinity }
            .reduce(0, max).squareRoot()
    }

    /// Everything in double precision, sums in the order of the numbers.
    static func selectInDouble(
        _ count: Int, from rows: ClusteredRows, keyWeight: Double, first: Int
    ) -> [Int] {
        let values = rows.values.map(Double.init), keys = rows.keys.map(Double.init)
        let valueScale = scale(values, rows.valueWidth), keyScale = scale(keys, rows.keyWidth)
        func part(_ numbers: [Double], _ width: Int, _ a: Int, _ b: Int) -> Double {
            (0..<width).reduce(0) {
                let difference = numbers[a * width + $1] - numbers[b * width + $1]
                return $0 + difference * difference
            }
        }
        var indices = [first]
        var nearest = [Double](repeating: .infinity, count: rows.count)
        while indices.count < count {
            let new = indices[indices.count - 1]
            for row in 0..<rows.count {
                let distance =
                    valueScale * valueScale * part(values, rows.valueWidth, row, new)
                    + keyWeight * keyScale * keyScale * part(keys, rows.keyWidth, row, new)
                nearest[row] = min(nearest[row], distance)
            }
            indices.append(nearest.indices.reduce(0) { nearest[$1] > nearest[$0] ? $1 : $0 })
        }
        return indices
    }

    /// The distance as `Documentation/FarthestPointSampling.md` defines it, one number at a time.
    private static func definedDistance(
        _ rows: ClusteredRows, keyWeight: Double
    ) -> (Int, Int) -> Double {
        let valueScale = scale(rows.values.map(Double.init), rows.valueWidth)
        let keyScale = scale(rows.keys.map(Double.init), rows.keyWidth)
        let values = rows.values.map(Float.init)
        return { a, b in
            keyWeight * (keyScale * keyScale) * sum(rows.keys, rows.keyWidth, a, b)
                + valueScale * valueScale * sum(values, rows.valueWidth, a, b)
        }
    }

    private static func sum(_ numbers: [Float], _ width: Int, _ a: Int, _ b: Int) -> Double {
        numbers.withUnsafeBufferPointer { numbers in
            var sums = [Float](repeating: 0, count: 64)
            sums.withUnsafeMutableBufferPointer { sums in
                for k in 0..<width {
                    let difference = numbers[a * width + k] - numbers[b * width + k]
                    sums[k & 63] += difference * difference
                }
                for lane in 0..<16 {
                    sums[lane] =
                        (sums[lane] + sums[lane + 16]) + (sums[lane + 32] + sums[lane + 48])
                }
                for half in [8, 4, 2, 1] {
                    for lane in 0..<half { sums[lane] += sums[lane + half] }
                }
            }
            return Double(sums[0])
        }
    }

    /// 1 divided by the mean distance to the centroid, as the documentation defines it: columns
    /// are summed in the order of rows, squares in 32 sums that are added by halves.
    private static func scale(_ numbers: [Double], _ width: Int) -> Double {
        if width == 0 { return 0 }
        let count = numbers.count / width
        var centroid = [Double](repeating: 0, count: width)
        for row in 0..<count { for k in 0..<width { centroid[k] += numbers[row * width + k] } }
        for k in 0..<width { centroid[k] /= Double(count) }
        var total = 0.0
        for row in 0..<count {
            var sums = [Double](repeating: 0, count: 32)
            for k in 0..<width {
                let difference = numbers[row * width + k] - centroid[k]
                sums[k % 32] += difference * difference
            }
            for half in [16, 8, 4, 2, 1] {
                for lane in 0..<half { sums[lane] += sums[lane + half] }
            }
            total += sums[0].squareRoot()
        }
        return total > 0 ? Double(count) / total : 0
    }
}
