internal import CKernels
internal import Regions

/// Compares every query with every key.
///
/// An inner product is defined number by number (`ps_inner_products.h`), so a result depends on its
/// query and the keys alone: not on other queries, threads, or the processor.
enum ExhaustiveSearch {
    /// Queries of one pass, and keys that stay in the cache while these are compared with them.
    private static let (queryBlock, keyBlock) = (32, 256)

    /// The `k` best keys of each query, the best first, lower numbers first among equals.
    static func run(_ queries: KeyRows, in keys: KeyRows, k: Int, threads: Int) -> [[Neighbour]] {
        let passes = (queries.count + queryBlock - 1) / queryBlock
        var results = [[Neighbour]](repeating: [], count: queries.count)
        queries.withUnsafeBytes { queryBytes in
            keys.withUnsafeBytes { keyBytes in
                results.withUnsafeMutableBufferPointer { results in
                    guard let query = queryBytes.baseAddress, let key = keyBytes.baseAddress
                    else { return }
                    ParallelLoop.run(passes, threads: threads) { _, pass in
                        let range =
                            pass * queryBlock..<min(queries.count, (pass + 1) * queryBlock)
                        let found = best(
                            query + 4 * range.lowerBound * keys.dimension, range.count, key, keys,
                            k)
                        for (row, best) in zip(range, found) { results[row] = best }
                    }
                }
            }
        }
        return results
    }

    private static func best(
        _ queries: UnsafeRawPointer, _ queryCount: Int, _ start: UnsafeRawPointer, _ keys: KeyRows,
        _ k: Int
    ) -> [[Neighbour]] {
        var best = [BestNeighbours](
            repeating: BestNeighbours(capacity: min(k, keys.count)), count: queryCount)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: queryCount * keyBlock) { products in
            guard let address = products.baseAddress else { return }
            for first in stride(from: 0, to: keys.count, by: keyBlock) {
                let count = min(keyBlock, keys.count - first)
                ps_inner_products(
                    queries, queryCount, start + 4 * first * keys.dimension, count, keys.dimension,
                    address)
                for query in 0..<queryCount {
                    let row = address + query * count
                    for index in 0..<count { best[query].consider(row[index], first + index) }
                }
            }
        }
        return best.map(\.sorted)
    }

    /// Puts some keys in the order of their exact similarity to a query.
    static func rank(
        _ candidates: [Int], query: UnsafeRawPointer, in keys: KeyRows, k: Int
    ) -> [Neighbour] {
        keys.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return [] }
            var best = BestNeighbours(capacity: k)
            for index in candidates {
                var similarity: Float = 0
                ps_inner_products(
                    query, 1, start + 4 * index * keys.dimension, 1, keys.dimension, &similarity)
                best.consider(similarity, index)
            }
            return best.sorted
        }
    }
}
