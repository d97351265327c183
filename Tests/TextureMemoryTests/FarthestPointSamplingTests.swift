import TestSupport
import Testing

@testable import TextureMemory

@Suite("Farthest point sampling")
struct FarthestPointSamplingTests {
    /// Points on a line, as values of one number each.
    private func select(
        _ count: Int, of values: [Float16], _ sampling: FarthestPointSampling
    ) throws -> FarthestPoints {
        try SamplingCandidates.withArrays(values: values, valueWidth: 1) {
            try sampling.select(count, from: $0)
        }
    }

    private let fromFirst = FarthestPointSampling(
        start: .index(0), scales: PartScales(value: 1, key: 1))

    @Test("four points on a line are taken from the ends inward")
    func line() throws {
        let points = try select(4, of: [0, 1, 5, 8, 3.5], fromFirst)
        #expect(points.indices == [0, 3, 4, 2])
        #expect(points.squaredDistances == [.infinity, 64, 12.25, 2.25])
        #expect(points.coveringRadius == 1)
    }

    @Test("ties go to the lower index")
    func ties() throws {
        let points = try select(3, of: [0, 2, -2, 1, -1], fromFirst)
        #expect(points.indices == [0, 1, 2])
        #expect(try select(5, of: [0, 2, -2, 1, -1], fromFirst).indices == [0, 1, 2, 3, 4])
    }

    @Test("equal rows come last, in their order")
    func duplicates() throws {
        let points = try select(5, of: [1, 1, 7, 1, 7], fromFirst)
        #expect(points.indices == [0, 2, 1, 3, 4])
        #expect(points.squaredDistances[2...].allSatisfy { $0 == 0 })
        #expect(points.coveringRadius == 0)
    }

    @Test("rows that are all the same have no scale, and are taken in their order")
    func allTheSame() throws {
        let points = try select(
            3, of: [4, 4, 4], FarthestPointSampling(start: .index(1)))
        #expect(points.indices == [1, 0, 2])
        #expect(points.scales.value == 0)
    }

    @Test("one row is a result, and more points than rows are all rows")
    func fewRows() throws {
        #expect(try select(1, of: [3], FarthestPointSampling()).indices == [0])
        let points = try select(100, of: [3, 9, 4], fromFirst)
        #expect(points.indices == [0, 1, 2])
        #expect(points.coveringRadius == 0)
    }

    @Test("the parts are scaled to a mean distance of 1 from their centroids, then weighted")
    func scales() throws {
        // Values 0 and 4 are 2 from their centroid, keys 0 and 1 are 0.5 from theirs.
        try SamplingCandidates.withArrays(
            values: [0, 4], valueWidth: 1, keys: [0, 1], keyWidth: 1
        ) {
            let points = try FarthestPointSampling(keyWeight: 3, start: .index(0))
                .select(2, from: $0)
            #expect(points.scales == PartScales(value: 0.5, key: 2))
            #expect(points.squaredDistances[1] == 4 + 3 * 4)
        }
    }

    @Test("the first point is the row nearest the centroid, or drawn by the seed")
    func start() throws {
        let values: [Float16] = [9, 1, 0, 5.5, 10]
        let nearest = try select(1, of: values, FarthestPointSampling(start: .nearestToCentroid))
        #expect(nearest.indices == [3])
        // SplitMix64 of seed 0 begins with 0xE220A8397B1DCDAF: 0.8833 of the range.
        #expect(try select(1, of: values, FarthestPointSampling(start: .seed(0))).indices == [4])
        let drawn = try (0..<200).map {
            try select(1, of: values, FarthestPointSampling(start: .seed($0))).indices[0]
        }
        #expect(Set(drawn) == [0, 1, 2, 3, 4])
    }

    @Test("clusters of 5,000 rows by 2,000 numbers: the same points as the naive algorithm")
    func likeNaive() throws {
        let rows = ClusteredRows(count: 5000, valueWidth: 1872, keyWidth: 128, seed: 7)
        let expected = NaiveFarthestPoints.select(300, from: rows, keyWeight: 1, first: 17)
        try rows.withCandidates { candidates in
            let points = try FarthestPointSampling(start: .index(17), threads: 2)
                .select(300, from: candidates)
            #expect(points.indices == expected.indices)
            #expect(points.squaredDistances == expected.squaredDistances)
            #expect(points.coveringRadius == expected.coveringRadius)
            #expect(points.statistics.distancesRuledOut > points.statistics.exactDistances)
        }
    }

    @Test("small sets of many shapes: the same points as the naive algorithm, to the last one")
    func likeNaiveInManyShapes() throws {
        for (seed, shape) in [(1, 0), (3, 5), (63, 64), (64, 0), (130, 7), (515, 65)].enumerated() {
            let rows = ClusteredRows(
                count: 700, valueWidth: shape.0, keyWidth: shape.1, seed: UInt64(seed))
            let weight = Double(seed) / 2
            let expected = NaiveFarthestPoints.select(700, from: rows, keyWeight: weight, first: 3)
            for sketchWidth in [0, 3, 64] {
                let points = try rows.withCandidates {
                    try FarthestPointSampling(
                        keyWeight: weight, start: .index(3), sketchWidth: sketchWidth
                    ).select(700, from: $0)
                }
                let isSame =
                    (points.indices, points.squaredDistances)
                    == (expected.indices, expected.squaredDistances)
                #expect(isSame, "\(shape), sketches of \(sketchWidth)")
            }
        }
    }

    @Test("in double precision the naive algorithm finds the same points")
    func likeDouble() throws {
        let rows = ClusteredRows(count: 2000, valueWidth: 400, keyWidth: 32, seed: 11)
        let expected = NaiveFarthestPoints.selectInDouble(200, from: rows, keyWeight: 1, first: 5)
        let points = try rows.withCandidates {
            try FarthestPointSampling(start: .index(5)).select(200, from: $0)
        }
        #expect(points.indices == expected)
    }

    @Test("the number of threads changes neither points nor statistics")
    func threads() throws {
        let rows = ClusteredRows(count: 3000, valueWidth: 300, keyWidth: 20, seed: 5)
        try rows.withCandidates { candidates in
            let one = try FarthestPointSampling(threads: 1).select(200, from: candidates)
            for threads in [2, 3, 7] {
                let more = try FarthestPointSampling(threads: threads).select(200, from: candidates)
                #expect(more == one)
            }
        }
    }

    @Test("the covering radius of given points is that of the naive algorithm")
    func coveringRadius() throws {
        let rows = ClusteredRows(count: 900, valueWidth: 80, keyWidth: 16, seed: 3)
        let points = [5, 100, 400, 401, 899]
        let expected = NaiveFarthestPoints.coveringRadius(of: points, over: rows, keyWeight: 1)
        try rows.withCandidates {
            for threads in [1, 2] {
                let radius = try FarthestPointSampling(threads: threads)
                    .coveringRadius(of: points, over: $0)
                #expect(radius == expected)
            }
        }
    }

    @Test("chosen points cover better than points drawn at random")
    func betterThanRandom() throws {
        let rows = ClusteredRows(count: 2000, valueWidth: 64, keyWidth: 0, seed: 9)
        try rows.withCandidates {
            let chosen = try FarthestPointSampling().select(100, from: $0)
            let random = try FarthestPointSampling().coveringRadius(
                of: stride(from: 0, to: 2000, by: 20).map { $0 }, over: $0)
            #expect(chosen.coveringRadius < 0.8 * random)
            let again = try FarthestPointSampling().coveringRadius(of: chosen.indices, over: $0)
            #expect(again == chosen.coveringRadius)
        }
    }

    @Test("rows far from the origin and near each other are told apart")
    func farFromOrigin() throws {
        var random = SplitMix(seed: 1)
        let values = random.floats(600 * 32, in: 0...4).map { Float16(2048 + 2 * $0.rounded()) }
        let rows = ClusteredRows(values: values, valueWidth: 32, keys: [], keyWidth: 0)
        let expected = NaiveFarthestPoints.select(600, from: rows, keyWeight: 1, first: 0)
        let points = try rows.withCandidates {
            try FarthestPointSampling(start: .index(0)).select(600, from: $0)
        }
        #expect(points.indices == expected.indices)
    }

    @Test("rows at an odd address are read as well")
    func oddAddress() throws {
        let rows = ClusteredRows(count: 400, valueWidth: 70, keyWidth: 9, seed: 2)
        let expected = try rows.withCandidates { try FarthestPointSampling().select(50, from: $0) }
        let values = rows.values.withUnsafeBytes { [UInt8(0)] + Array($0) }
        let keys = rows.keys.withUnsafeBytes { [UInt8(0)] + Array($0) }
        try values.withUnsafeBytes { values in
            try keys.withUnsafeBytes { keys in
                let candidates = SamplingCandidates(
                    values: UnsafeRawBufferPointer(rebasing: values[1...]),
                    keys: UnsafeRawBufferPointer(rebasing: keys[1...]), count: 400, valueWidth: 70,
                    keyWidth: 9)
                let points = try FarthestPointSampling().select(50, from: candidates)
                #expect(points == expected)
            }
        }
    }

    @Test("infinities and NaNs are refused with the row, and so is nothing at all")
    func hostile() throws {
        for bad in [Float16.infinity, -.infinity, .nan] {
            #expect(throws: SamplingError.notFinite(row: 2)) {
                try select(2, of: [0, 1, bad, 3], FarthestPointSampling())
            }
        }
        #expect(throws: SamplingError.notFinite(row: 1)) {
            try SamplingCandidates.withArrays(
                values: [0, 1], valueWidth: 1, keys: [0, .nan], keyWidth: 1
            ) { try FarthestPointSampling().select(1, from: $0) }
        }
        #expect(throws: SamplingError.noCandidates) {
            try select(1, of: [], FarthestPointSampling())
        }
    }

    @Test("the largest half-precision numbers do not overflow")
    func extremes() throws {
        let large = Float16.greatestFiniteMagnitude
        let values =
            [[Float16]](repeating: [Float16](repeating: large, count: 4096), count: 2)
            + [[Float16](repeating: -large, count: 4096)]
        let points = try SamplingCandidates.withArrays(
            values: values.flatMap { $0 }, valueWidth: 4096
        ) { try fromFirst.select(2, from: $0) }
        #expect(points.indices == [0, 2])
        expectNear(
            [Float(points.squaredDistances[1])], [4096.0 * 131008 * 131008], absolute: 0,
            relative: 1e-6)
    }

    @Test("progress is told after each point, and what it throws ends the work")
    func progress() throws {
        struct Stop: Error {}
        var seen: [Int] = []
        #expect(throws: Stop.self) {
            try SamplingCandidates.withArrays(values: [0, 1, 2, 3], valueWidth: 1) {
                try FarthestPointSampling().select(4, from: $0) {
                    seen.append($0)
                    if $0 == 3 { throw Stop() }
                }
            }
        }
        #expect(seen == [1, 2, 3])
    }
}
