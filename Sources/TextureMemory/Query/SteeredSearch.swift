internal import CKernels
internal import Regions

/// A search in which entries that agree with tags rank higher.
///
/// An entry's score is its similarity plus weight × agreement. Whatever is among the best by score
/// either agrees, and every such entry is compared here, or does not, and is then among the best by
/// similarity, which the index finds: so the result is as exact as the index is.
struct SteeredSearch {
    let keys: KeyRows
    let agreement: TagAgreement
    let weight: Float

    /// - Parameters:
    ///   - queries: The queries, as long as keys.
    ///   - plain: The best of each query by similarity alone, at least `count` or all that are.
    ///   - count: How many neighbours are wanted.
    ///   - threads: The threads to use. They change nothing in the result.
    /// - Returns: The best of each query by score.
    func run(
        _ queries: KeyRows, among plain: [[Neighbour]], count: Int, threads: Int
    ) -> [[Neighbour]] {
        var results = plain
        queries.withUnsafeBytes { queryBytes in
            keys.withUnsafeBytes { keyBytes in
                results.withUnsafeMutableBufferPointer { results in
                    guard let query = queryBytes.baseAddress, let key = keyBytes.baseAddress
                    else { return }
                    ParallelLoop.run(queries.count, threads: threads) { _, row in
                        results[row] = best(
                            query + 4 * row * keys.dimension, key, plain[row], count)
                    }
                }
            }
        }
        return results
    }

    private func best(
        _ query: UnsafeRawPointer, _ start: UnsafeRawPointer, _ plain: [Neighbour], _ count: Int
    ) -> [Neighbour] {
        var best = BestNeighbours(capacity: count)
        for neighbour in plain where agreement.share(of: neighbour.index) == 0 {
            best.consider(neighbour.similarity, neighbour.index)
        }
        for (entry, share) in zip(agreement.entries, agreement.shares) {
            var similarity: Float = 0
            ps_inner_products(
                query, 1, start + 4 * entry * keys.dimension, 1, keys.dimension, &similarity)
            best.consider(similarity, bonus: weight * share, entry)
        }
        return best.sorted
    }
}

extension TextureMemory {
    /// The entries that rank highest for some keys when a photo's tags are known.
    ///
    /// An entry's rank is its cosine plus `weight` times its ``TagAgreement/share(of:)``; entries
    /// without tags keep their cosine. With a weight of 0, or nobody who agrees, the result is that
    /// of ``neighbours(of:count:threads:)``. Cost: beside that search, K numbers for each entry
    /// that agrees and each key.
    ///
    /// - Parameters:
    ///   - keys: `[N, K]`, each of length 1.
    ///   - count: How many entries are wanted for each, at least 1.
    ///   - agreement: How the entries agree with the photo's tags.
    ///   - weight: What full agreement adds to the cosine, from 0 to 2.
    ///   - threads: The threads to use, at least 1. They change nothing in the result.
    /// - Returns: For each key `count` neighbours, or as many as there are entries: the highest rank
    ///   first, then the greatest cosine, then the lowest number. Similarities are cosines.
    /// - Throws: ``VectorIndexError``.
    public func neighbours(
        of keys: [Float], count: Int, favouring agreement: TagAgreement,
        weight: Float = TagAgreement.standardWeight, threads: Int = 1
    ) throws(VectorIndexError) -> [[Neighbour]] {
        precondition(TagAgreement.weights.contains(weight), "a weight of \(weight)")
        let plain = try neighbours(of: keys, count: count, threads: threads)
        if weight == 0 || agreement.count == 0 { return plain }
        precondition(
            (agreement.entries.last ?? 0) < self.count, "the agreement is of another memory")
        let search = SteeredSearch(keys: numbers.keys, agreement: agreement, weight: weight)
        return search.run(
            KeyRows(keys, dimension: description.shape.keySize), among: plain,
            count: min(count, self.count), threads: threads)
    }
}
