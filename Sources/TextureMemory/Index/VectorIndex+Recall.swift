extension VectorIndex {
    /// The part of the true neighbours that a search finds.
    ///
    /// A key that is as similar as the last true neighbour counts as found, whatever its number.
    ///
    /// - Parameters:
    ///   - keys: The keys that the index was built from.
    ///   - queries: The queries to try, at least one.
    ///   - k: How many keys are wanted for each query, at least 1.
    ///   - threads: The threads to use, at least 1.
    /// - Returns: Recall@k, 0 to 1.
    /// - Throws: ``VectorIndexError``.
    public func recall(
        over keys: KeyRows, queries: KeyRows, k: Int, threads: Int = 1
    ) throws(VectorIndexError) -> Double {
        precondition(keys.count == count && queries.count > 0, "\(keys.count) keys, \(count) here")
        let truth = try Self.exhaustiveSearch(queries, in: keys, k: k, threads: threads)
        return Self.recall(try search(queries, k: k, threads: threads), of: truth)
    }

    /// The same index, looking through as many lists as it takes to find most true neighbours.
    ///
    /// How many that are depends on how the keys lie, which no rule foretells. The number is
    /// doubled until it is enough; ``probes`` of the result is what callers store.
    ///
    /// - Parameters:
    ///   - recall: The part of the true neighbours to be found, 0 to 1.
    ///   - keys: The keys that the index was built from.
    ///   - queries: Queries like those that will come, at least one.
    ///   - k: How many keys are wanted for each query, at least 1.
    ///   - threads: The threads to use, at least 1.
    /// - Returns: An index that shares everything with this one but ``probes``. A flat index is
    ///   returned as it is.
    /// - Throws: ``VectorIndexError``.
    public func reaching(
        recall: Double, over keys: KeyRows, queries: KeyRows, k: Int, threads: Int = 1
    ) throws(VectorIndexError) -> VectorIndex {
        precondition(keys.count == count && queries.count > 0, "\(keys.count) keys, \(count) here")
        guard listCount > 1 else { return self }
        let truth = try Self.exhaustiveSearch(queries, in: keys, k: k, threads: threads)
        var probes = 1
        while probes < listCount {
            let index = looking(through: probes)
            let found = try index.search(queries, k: k, threads: threads)
            if Self.recall(found, of: truth) >= recall { return index }
            probes *= 2
        }
        return looking(through: listCount)
    }

    private static func recall(_ results: [[Neighbour]], of truth: [[Neighbour]]) -> Double {
        var (hits, wanted) = (0, 0)
        for (best, found) in zip(truth, results) {
            guard let last = best.last?.similarity else { continue }
            wanted += best.count
            hits += found.filter { $0.similarity >= last - 1e-6 }.count
        }
        return wanted > 0 ? Double(hits) / Double(wanted) : 1
    }
}
