internal import Foundation
internal import Regions

/// Searches lists for many queries: in pieces on several threads, with exact similarities.
struct ListSearch {
    /// Queries of one piece.
    ///
    /// Not by the number of threads: FAISS rounds by what it is given.
    private static let pieceSize = 64
    /// Neighbours beyond those wanted, so that an order that rounding decided can be put right.
    private static let spare = 8

    let index: ListIndex
    let count: Int
    let exactKeys: KeyRows?
    let probes: Int

    func run(
        _ queries: KeyRows, k: Int, threads: Int, fileName: String
    ) throws(VectorIndexError) -> [[Neighbour]] {
        let size = Self.pieceSize
        let pieces = (queries.count + size - 1) / size
        var results = [Result<[[Neighbour]], VectorIndexError>](
            repeating: .success([]), count: pieces)
        queries.withUnsafeFloats { numbers in
            results.withUnsafeMutableBufferPointer { results in
                guard let start = numbers.baseAddress else { return }
                ParallelLoop.run(pieces, threads: threads) { _, piece in
                    let first = piece * size
                    let rows = min(size, queries.count - first)
                    results[piece] = Result { () throws(VectorIndexError) in
                        try search(
                            start + first * queries.dimension, rows, queries.dimension, k,
                            probes, fileName)
                    }
                }
            }
        }
        var all: [[Neighbour]] = []
        for result in results { all += try result.get() }
        return all
    }

    private func search(
        _ queries: UnsafePointer<Float>, _ rows: Int, _ dimension: Int, _ k: Int, _ probes: Int,
        _ fileName: String
    ) throws(VectorIndexError) -> [[Neighbour]] {
        let found = try index.search(
            queries, count: rows, dimension: dimension, k: min(count, k + Self.spare),
            probes: probes)
        var results: [[Neighbour]] = []
        for (row, neighbours) in found.enumerated() {
            guard neighbours.allSatisfy({ $0.index < count }) else {
                throw .damaged(file: fileName, reason: "it names keys that there are not")
            }
            let query = queries + row * dimension
            if neighbours.count < k && probes < index.listCount {
                // The nearest lists hold too few keys for this one: look further.
                results += try search(
                    query, 1, dimension, k, min(index.listCount, probes * 4), fileName)
            } else if let exactKeys {
                results.append(
                    ExhaustiveSearch.rank(
                        neighbours.map(\.index), query: query, in: exactKeys, k: k))
            } else {
                results.append(Array(neighbours.sorted { $0.precedes($1) }.prefix(k)))
            }
        }
        return results
    }
}
