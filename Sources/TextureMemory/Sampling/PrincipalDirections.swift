internal import CKernels
internal import RandomDraws
internal import Regions

/// Orthonormal directions in which rows differ most, nearly: by subspace iteration over a sample.
///
/// Source: Halko, Martinsson and Tropp 2011, "Finding structure with randomness", algorithm 4.4.
/// Any orthonormal directions give true bounds; these only make the bounds tighter.
struct PrincipalDirections {
    /// The number of directions; fewer than asked for when rows differ in fewer.
    let count: Int
    /// `[count, width]`.
    let vectors: [Float]
    /// The rows that were read.
    let rowsRead: Int

    init(count: Int, vectors: [Float]) {
        (self.count, self.vectors, rowsRead) = (count, vectors, 0)
    }

    init(_ rows: CentredRows, count: Int, threads: Int) {
        let (width, sampleCount) = (rows.width, min(rows.count, 1024))
        let sample = SketchScratch(workers: 1, floats: sampleCount * width)
        let sampleStart = sample[0]
        ParallelLoop.run(sampleCount, threads: threads) { worker, index in
            rows.read(
                index * rows.count / sampleCount, worker: worker, into: sampleStart + index * width)
        }
        let draw = DrawSource(key: 0)
        var vectors = (0..<count * width).map {
            Float(Int64(bitPattern: draw.bits(at: UInt64($0))) >> 40) * 0x1p-23
        }
        var remaining = Self.orthonormalise(&vectors, count: count, width: width)
        for _ in 0..<3 where remaining > 0 {
            let products = Self.products(
                UnsafePointer(sampleStart), sampleCount, vectors, remaining, width, threads)
            ps_combinations_of_rows(
                sampleStart, sampleCount, products, remaining, width, &vectors)
            remaining = Self.orthonormalise(&vectors, count: remaining, width: width)
        }
        self.count = remaining
        self.vectors = Array(vectors.prefix(remaining * width))
        rowsRead = sampleCount
    }

    private static func products(
        _ sample: UnsafePointer<Float>, _ sampleCount: Int, _ vectors: [Float], _ count: Int,
        _ width: Int, _ threads: Int
    ) -> [Float] {
        [Float](unsafeUninitializedCapacity: sampleCount * count) { result, initializedCount in
            initializedCount = sampleCount * count
            let blocks = RowBlocks(count: sampleCount)
            ParallelLoop.run(blocks.blockCount, threads: threads) { _, block in
                guard let result = result.baseAddress else { return }
                let range = blocks[block]
                ps_products_of_rows(
                    sample + range.lowerBound * width, range.count, vectors, count, width,
                    result + range.lowerBound * count)
            }
        }
    }

    /// Gram and Schmidt's method in double precision, each vector gone over twice.
    ///
    /// Vectors that depend on others are left out; returns how many remain.
    private static func orthonormalise(_ vectors: inout [Float], count: Int, width: Int) -> Int {
        var kept: [[Double]] = []
        for index in 0..<count {
            var vector = vectors[index * width..<(index + 1) * width].map(Double.init)
            let before = dot(vector, vector)
            for _ in 0..<2 {
                for other in kept {
                    let product = dot(vector, other)
                    for k in 0..<width { vector[k] -= product * other[k] }
                }
            }
            let length = dot(vector, vector)
            if !(length > 1e-10 * before && length.isFinite) { continue }
            let scale = 1 / length.squareRoot()
            for k in 0..<width { vector[k] *= scale }
            for k in 0..<width { vectors[kept.count * width + k] = Float(vector[k]) }
            kept.append(vector)
        }
        return kept.count
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sums = SIMD8<Double>.zero
        let whole = a.count / 8 * 8
        for k in stride(from: 0, to: whole, by: 8) {
            for lane in 0..<8 { sums[lane] += a[k + lane] * b[k + lane] }
        }
        return (whole..<a.count).reduce(sums.sum()) { $0 + a[$1] * b[$1] }
    }
}
