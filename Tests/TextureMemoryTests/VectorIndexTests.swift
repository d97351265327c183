import Foundation
import TestSupport
import Testing

@testable import TextureMemory

/// Unit keys around some directions.
func clusteredKeys(
    _ count: Int, dimension: Int, clusters: Int, noise: Float, seed: UInt64
) -> KeyRows {
    var random = SplitMix(seed: seed)
    let centres = (0..<clusters).map { _ in random.floats(dimension) }
    var numbers: [Float] = []
    for _ in 0..<count {
        let centre = centres[Int.random(in: 0..<clusters, using: &random)]
        let key = zip(centre, random.floats(dimension)).map { $0 + noise * $1 }
        let length = key.reduce(0) { $0 + $1 * $1 }.squareRoot()
        numbers += key.map { $0 / length }
    }
    return KeyRows(numbers, dimension: dimension)
}

/// The neighbours by sorting all similarities, in double precision.
func sortedNeighbours(_ queries: KeyRows, _ keys: KeyRows, k: Int) -> [[Int]] {
    let d = keys.dimension
    return queries.withUnsafeFloats { q in
        keys.withUnsafeFloats { x in
            (0..<queries.count).map { query in
                let products = (0..<keys.count).map { key in
                    (0..<d).reduce(0.0) {
                        $0 + Double(q[query * d + $1]) * Double(x[key * d + $1])
                    }
                }
                return products.indices
                    .sorted { (products[$0], $1) > (products[$1], $0) }.prefix(k).map { $0 }
            }
        }
    }
}

@Suite("Index of keys")
struct VectorIndexTests {
    private let axes = KeyRows([1, 0, 0, 1, 0.6, 0.8, -1, 0], dimension: 2)

    @Test("neighbours of four keys in the plane")
    func byHand() throws {
        let index = try VectorIndex.build(axes)
        let found = try index.search(KeyRows([1, 0, 0, 1], dimension: 2), k: 3)
        #expect(found[0].map(\.index) == [0, 2, 1])
        #expect(found[0].map(\.similarity) == [1, 0.6, 0])
        #expect(found[1].map(\.index) == [1, 2, 0])
        #expect(found[1].map(\.similarity) == [1, 0.8, 0])
        #expect(index.factory == "Flat")
    }

    @Test("as many neighbours as there are keys, when more are wanted")
    func fewKeys() throws {
        let found = try VectorIndex.build(axes).search(KeyRows([1, 0], dimension: 2), k: 9)
        #expect(found[0].map(\.index) == [0, 2, 1, 3])
    }

    @Test("equal keys are found by their numbers")
    func ties() throws {
        let keys = KeyRows((0..<300).flatMap { _ in [Float(0), 1] }, dimension: 2)
        for factory in ["Flat", "IVF1,Flat"] {
            let found = try VectorIndex.build(keys, factory: factory)
                .search(KeyRows([0, 1], dimension: 2), k: 300)
            #expect(found[0].map(\.index) == Array(0..<300), "\(factory)")
        }
    }

    @Test("a flat index finds what sorting all similarities finds, at any width")
    func likeSorting() throws {
        for dimension in [1, 7, 63, 64, 65, 256] {
            let keys = clusteredKeys(
                700, dimension: dimension, clusters: 30, noise: 0.5, seed: UInt64(dimension))
            let queries = clusteredKeys(
                41, dimension: dimension, clusters: 30, noise: 0.5, seed: 1000)
            let found = try VectorIndex.build(keys).search(queries, k: 8, threads: 2)
            if dimension > 1 {
                #expect(found.map { $0.map(\.index) } == sortedNeighbours(queries, keys, k: 8))
            } else {
                #expect(found.allSatisfy { $0.allSatisfy { $0.similarity == 1 } })
            }
        }
    }

    @Test("results do not depend on the other queries or on threads")
    func batches() throws {
        let keys = clusteredKeys(5000, dimension: 48, clusters: 60, noise: 0.4, seed: 1)
        let queries = clusteredKeys(150, dimension: 48, clusters: 60, noise: 0.4, seed: 2)
        for factory in ["Flat", "IVF32,Flat"] {
            let index = try VectorIndex.build(keys, factory: factory, probes: 8)
            let all = try index.search(queries, k: 5)
            #expect(try index.search(queries, k: 5, threads: 3) == all)
            let alone = try queries.withUnsafeFloats { numbers in
                try (0..<150).map { query in
                    try index.search(
                        KeyRows(Array(numbers[query * 48..<query * 48 + 48]), dimension: 48), k: 5
                    )[0]
                }
            }
            #expect(alone == all, "\(factory)")
        }
    }

    @Test("an index with lists finds nearly all, and all when it looks through every list")
    func lists() throws {
        let keys = clusteredKeys(6000, dimension: 32, clusters: 80, noise: 0.4, seed: 3)
        let queries = clusteredKeys(100, dimension: 32, clusters: 80, noise: 0.4, seed: 4)
        let some = try VectorIndex.build(keys, factory: "IVF64,Flat", probes: 16)
        #expect(try some.recall(over: keys, queries: queries, k: 8) >= 0.95)
        let one = try VectorIndex.build(keys, factory: "IVF64,Flat", probes: 1)
        #expect(
            try one.recall(over: keys, queries: queries, k: 8)
                < some.recall(over: keys, queries: queries, k: 8))
        let all = try VectorIndex.build(keys, factory: "IVF64,Flat", probes: 64)
        let exact = try VectorIndex.exhaustiveSearch(queries, in: keys, k: 8)
        #expect(try all.search(queries, k: 8) == exact)
    }

    @Test("as many lists are looked through as it takes, and no more")
    func reaching() throws {
        let keys = clusteredKeys(4000, dimension: 32, clusters: 80, noise: 2, seed: 13)
        let queries = clusteredKeys(60, dimension: 32, clusters: 80, noise: 2, seed: 13)
        let index = try VectorIndex.build(keys, factory: "IVF64,Flat", probes: 1)
        let enough = try index.reaching(recall: 0.95, over: keys, queries: queries, k: 8)
        #expect(try enough.recall(over: keys, queries: queries, k: 8) >= 0.95)
        #expect(enough.probes > 1)
        let half = try VectorIndex.build(keys, factory: "IVF64,Flat", probes: enough.probes / 2)
        #expect(try half.recall(over: keys, queries: queries, k: 8) < 0.95)
        #expect(try index.reaching(recall: 2, over: keys, queries: queries, k: 8).probes == 64)
        let flat = try VectorIndex.build(keys)
        #expect(try flat.reaching(recall: 0.95, over: keys, queries: queries, k: 8) === flat)
    }

    @Test("lists with too few keys: more lists are looked through")
    func shortLists() throws {
        let keys = clusteredKeys(400, dimension: 16, clusters: 50, noise: 0.1, seed: 5)
        let index = try VectorIndex.build(keys, factory: "IVF50,Flat", probes: 1)
        let found = try index.search(keys, k: 100)
        #expect(found.allSatisfy { $0.count == 100 })
    }

    @Test("the same keys give the same file, and the file gives the same results")
    func files() throws {
        let folder = try TemporaryFolder()
        let keys = clusteredKeys(3000, dimension: 40, clusters: 30, noise: 0.4, seed: 6)
        let queries = clusteredKeys(30, dimension: 40, clusters: 30, noise: 0.4, seed: 7)
        for factory in ["Flat", "IVF16,Flat"] {
            let (first, second) = (folder.file("a.faiss"), folder.file("b.faiss"))
            let index = try VectorIndex.build(keys, factory: factory, probes: 4)
            try index.write(to: first)
            try VectorIndex.build(keys, factory: factory, probes: 9).write(to: second)
            #expect(try Data(contentsOf: first) == Data(contentsOf: second), "\(factory)")

            let expected = try index.search(queries, k: 8)
            let opened = try VectorIndex.open(first, keys: keys, probes: 4)
            #expect(try opened.search(queries, k: 8) == expected)
            #expect(opened.factory == factory)
            #expect((opened.count, opened.dimension) == (3000, 40))
            let alone = try VectorIndex.open(first, probes: 4).search(queries, k: 8)
            #expect(alone.map { $0.map(\.index) } == expected.map { $0.map(\.index) })
            // An index that was opened can be written again.
            try opened.write(to: second)
            #expect(try Data(contentsOf: first) == Data(contentsOf: second), "\(factory)")
        }
    }

    @Test("keys are added to a flat index behind those that are there")
    func adding() throws {
        let index = try VectorIndex.build(axes).adding(KeyRows([0, -1], dimension: 2))
        #expect(index.count == 5)
        #expect(try index.search(KeyRows([0, -1], dimension: 2), k: 1)[0][0].index == 4)
        let lists = try VectorIndex.build(axes, factory: "IVF2,Flat")
        #expect(throws: VectorIndexError.unsupported(factory: "IVF2,Flat")) {
            try lists.adding(axes)
        }
    }

    @Test("the kind of index follows the number of keys")
    func recommendations() {
        let counts = [1, 100_000, 100_001, 150_000, 1_000_000, 3_000_000, 10_000_000]
        #expect(
            counts.map { VectorIndex.recommendedFactory(count: $0, dimension: 256) } == [
                "Flat", "Flat", "IVF256,Flat", "IVF512,Flat", "IVF1024,Flat", "IVF2048,Flat",
                "IVF4096,Flat",
            ])
    }

    @Test("keys that are not of unit length, queries that are no numbers, kinds that are unknown")
    func refusals() throws {
        #expect(throws: VectorIndexError.invalidKey(row: 1)) {
            try VectorIndex.build(KeyRows([1, 0, 1, 1], dimension: 2))
        }
        #expect(throws: VectorIndexError.invalidKey(row: 0)) {
            try VectorIndex.build(KeyRows([.nan, 0], dimension: 2))
        }
        #expect(throws: VectorIndexError.self) { try VectorIndex.build(KeyRows([], dimension: 2)) }
        #expect(throws: VectorIndexError.invalidQuery(row: 1)) {
            try VectorIndex.build(axes).search(KeyRows([1, 0, .nan, 0], dimension: 2), k: 1)
        }
        for factory in [
            "", "flat", "IVF0,Flat", "IVF-1,Flat", "IVF07,Flat", "HNSW32", "IVF4,PQ8",
            "IVF99999999999999999999,Flat", "IVF4,Flat,", "OPQ2,IVF2,Flat",
        ] {
            #expect(throws: VectorIndexError.unsupported(factory: factory)) {
                try VectorIndex.build(axes, factory: factory)
            }
        }
        #expect(throws: VectorIndexError.self) {
            try VectorIndex.build(axes, factory: "IVF5,Flat")
        }
    }

    @Test("files of another memory, no files, and folders")
    func otherFiles() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("keys.faiss")
        try VectorIndex.build(axes).write(to: file)
        #expect(throws: VectorIndexError.self) {
            try VectorIndex.open(file, keys: KeyRows([1, 0], dimension: 2))
        }
        #expect(throws: VectorIndexError.self) { try VectorIndex.open(folder.file("none.faiss")) }
        #expect(throws: VectorIndexError.self) { try VectorIndex.open(folder.url) }
        #expect(throws: VectorIndexError.self) {
            try VectorIndex.build(axes).write(to: folder.file("no/such/folder.faiss"))
        }
        for content in [Data(), Data("IxFI".utf8), Data(repeating: 0xFF, count: 4096)] {
            try content.write(to: file)
            #expect(throws: VectorIndexError.self) { try VectorIndex.open(file) }
        }
    }

    @Test("an index that is cut short anywhere, or has bytes too many, is refused")
    func truncation() throws {
        let folder = try TemporaryFolder()
        let keys = clusteredKeys(60, dimension: 4, clusters: 6, noise: 0.3, seed: 8)
        let file = folder.file("keys.faiss")
        for factory in ["Flat", "IVF3,Flat"] {
            try VectorIndex.build(keys, factory: factory).write(to: file)
            let whole = try Data(contentsOf: file)
            for length in 0..<whole.count {
                try whole.prefix(length).write(to: file)
                #expect(throws: VectorIndexError.self, "\(factory), \(length) bytes") {
                    try VectorIndex.open(file)
                }
            }
            try (whole + [0]).write(to: file)
            #expect(throws: VectorIndexError.self) { try VectorIndex.open(file) }
        }
    }

    @Test("bytes changed at random: an error or wrong neighbours, and nothing worse")
    func mutations() throws {
        let folder = try TemporaryFolder()
        let keys = clusteredKeys(60, dimension: 4, clusters: 6, noise: 0.3, seed: 9)
        let file = folder.file("keys.faiss")
        var random = SplitMix(seed: 10)
        var (refused, opened) = (0, 0)
        for factory in ["Flat", "IVF3,Flat", "IVF40,Flat"] {
            try VectorIndex.build(keys, factory: factory).write(to: file)
            let whole = try Data(contentsOf: file)
            for _ in 0..<1500 {
                var bytes = whole
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    // Most of the trouble is in the first bytes.
                    let end = Bool.random(using: &random) ? 200 : bytes.count
                    bytes[Int.random(in: 0..<min(end, bytes.count), using: &random)] =
                        [0, 1, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &random)]
                        .randomElement(using: &random) ?? 0
                }
                try bytes.write(to: file)
                do {
                    let index = try VectorIndex.open(file)
                    _ = try index.search(keys, k: 5)
                    opened += 1
                } catch {
                    refused += 1
                }
            }
        }
        #expect(refused > 500 && opened > 500)
    }
}
