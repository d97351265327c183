public import Foundation

/// Finds the keys most similar to queries, by inner product.
///
/// Two kinds of FAISS index, named by its factory strings:
/// * `Flat`, up to 100,000 keys: every key is compared, results are exact.
/// * `IVF1024,Flat`: keys lie in lists (1,024 here) around centroids, and a search compares those
///   in the few lists nearest to the query. ``recall(over:queries:k:threads:)`` says what is missed.
///
/// Files are FAISS's own. They are mapped and not read, so opening takes the same time for any
/// size. Similarities are always those of the exact keys, and equal ones go to the lower number.
public final class VectorIndex: Sendable {
    private enum Storage: Sendable {
        case flat(KeyRows)
        case lists(ListIndex)
    }

    /// The number of keys.
    public let count: Int

    /// The numbers of a key.
    public let dimension: Int

    /// The kind of index as FAISS names it.
    public let factory: String

    /// The lists that a search looks through; no more than there are.
    ///
    /// 1 in a flat index.
    public let probes: Int

    private let storage: Storage
    private let exactKeys: KeyRows?
    private let fileName: String

    private init(
        _ storage: Storage, count: Int, dimension: Int, factory: String, probes: Int,
        exactKeys: KeyRows?, fileName: String
    ) {
        self.storage = storage
        self.count = count
        self.dimension = dimension
        self.factory = factory
        self.probes = probes
        self.exactKeys = exactKeys
        self.fileName = fileName
    }

    /// Builds an index.
    ///
    /// The same keys give the same index on the same kind of processor: everything runs on one
    /// thread with fixed seeds.
    ///
    /// - Parameters:
    ///   - keys: The keys, at least one, each of unit length.
    ///   - factory: The kind of index, or nil for the one that suits the number of keys.
    ///   - probes: The lists that a search looks through, or nil for the recommended number.
    /// - Returns: The index, in memory.
    /// - Throws: ``VectorIndexError``.
    public static func build(
        _ keys: KeyRows, factory: String? = nil, probes: Int? = nil
    ) throws(VectorIndexError) -> VectorIndex {
        let name = factory ?? recommendedFactory(count: keys.count, dimension: keys.dimension)
        let kind = try IndexKind(name)
        guard keys.count > 0 else { throw .refused(reason: "there are no keys") }
        if let row = keys.firstInvalid { throw .invalidKey(row: row) }
        switch kind {
        case .flat:
            return VectorIndex(
                .flat(keys), count: keys.count, dimension: keys.dimension, factory: name,
                probes: 1, exactKeys: keys, fileName: "the index")
        case .lists(let lists):
            guard lists <= keys.count else {
                throw .refused(reason: "\(lists) lists for \(keys.count) keys")
            }
            let index = try ListIndex.build(keys, factory: name)
            return VectorIndex(
                .lists(index), count: keys.count, dimension: keys.dimension, factory: name,
                probes: min(lists, max(1, probes ?? recommendedProbes(lists: lists))),
                exactKeys: keys, fileName: "the index")
        }
    }

    /// Opens a file that ``write(to:)`` wrote.
    ///
    /// - Parameters:
    ///   - url: Where the file is. It must not change while the index is used.
    ///   - keys: The keys that the index was built from, if they are at hand: similarities are then
    ///     computed from these and not from the file.
    ///   - probes: The lists that a search looks through, or nil for the recommended number.
    /// - Returns: The index, mapped.
    /// - Throws: ``VectorIndexError/unreadable(file:reason:)``,
    ///   ``VectorIndexError/damaged(file:reason:)``, or
    ///   ``VectorIndexError/mismatch(file:reason:)`` when `keys` are not as many, or not as long.
    public static func open(
        _ url: URL, keys: KeyRows? = nil, probes: Int? = nil
    ) throws(VectorIndexError) -> VectorIndex {
        let name = url.lastPathComponent
        let data: Data
        do {
            data = try Data(contentsOf: url, options: .alwaysMapped)
        } catch {
            throw .unreadable(file: name, reason: error.localizedDescription)
        }
        let layout: IndexLayout
        switch data.withUnsafeBytes({ IndexLayout.read($0) }) {
        case .success(let whole): layout = whole
        case .failure(let problem): throw .damaged(file: name, reason: problem.reason)
        }
        guard layout.count > 0 else { throw .damaged(file: name, reason: "it has no keys") }
        if let keys, keys.count != layout.count || keys.dimension != layout.dimension {
            throw .mismatch(
                file: name,
                reason: "it has \(layout.count) keys of \(layout.dimension) numbers, not "
                    + "\(keys.count) of \(keys.dimension)")
        }
        switch layout.kind {
        case .flat(let start):
            let mapped = KeyRows(
                data[(data.startIndex + start)...], dimension: layout.dimension)
            return VectorIndex(
                .flat(keys ?? mapped), count: layout.count, dimension: layout.dimension,
                factory: IndexKind.flat.factory, probes: 1, exactKeys: keys, fileName: name)
        case .lists(let lists):
            let index = try ListIndex.open(url, data, layout: layout, listCount: lists)
            return VectorIndex(
                .lists(index), count: layout.count, dimension: layout.dimension,
                factory: IndexKind.lists(lists).factory,
                probes: min(lists, max(1, probes ?? recommendedProbes(lists: lists))),
                exactKeys: keys, fileName: name)
        }
    }

    /// Writes the index to a file: whole under its name, or not at all.
    ///
    /// - Parameter url: Where to write; a file that is there is replaced, and an index that was
    ///   opened from it goes on as before.
    /// - Throws: ``VectorIndexError/unwritable(file:reason:)``.
    public func write(to url: URL) throws(VectorIndexError) {
        let partial = url.appendingPathExtension("partial")
        defer { try? FileManager.default.removeItem(at: partial) }
        switch storage {
        case .flat(let keys): try ListIndex.build(keys, factory: factory).write(to: partial)
        case .lists(let index): try index.write(to: partial)
        }
        if rename(partial.path, url.path) != 0 {
            throw .unwritable(
                file: url.lastPathComponent, reason: String(cString: strerror(errno)))
        }
    }

    /// A flat index of these keys and some more, which get the numbers behind them.
    ///
    /// - Parameter keys: More keys, each of unit length and as long as those that are there.
    /// - Returns: A new index in memory.
    /// - Throws: ``VectorIndexError/invalidKey(row:)``, or
    ///   ``VectorIndexError/unsupported(factory:)`` when the index has lists: build it again.
    public func adding(_ keys: KeyRows) throws(VectorIndexError) -> VectorIndex {
        guard case .flat(let present) = storage else { throw .unsupported(factory: factory) }
        return try Self.build(present.appending(keys), factory: factory)
    }

    /// The most similar keys of each query.
    ///
    /// - Parameters:
    ///   - queries: The queries, as long as keys.
    ///   - k: How many keys are wanted for each, at least 1.
    ///   - threads: The threads to use, at least 1. They change nothing in the result.
    /// - Returns: For each query `k` neighbours, or as many as there are keys: the most similar
    ///   first, lower numbers first among equals.
    /// - Throws: ``VectorIndexError/invalidQuery(row:)``, or
    ///   ``VectorIndexError/damaged(file:reason:)`` when the file turns out to be.
    public func search(
        _ queries: KeyRows, k: Int, threads: Int = 1
    ) throws(VectorIndexError) -> [[Neighbour]] {
        try Self.check(queries, dimension: dimension, k: k)
        switch storage {
        case .flat(let keys):
            return ExhaustiveSearch.run(queries, in: keys, k: min(k, count), threads: threads)
        case .lists(let index):
            let search = ListSearch(
                index: index, count: count, exactKeys: exactKeys, probes: probes)
            return try search.run(
                queries, k: min(k, count), threads: threads, fileName: fileName)
        }
    }

    /// The most similar keys of each query, found by comparing it with all of them.
    ///
    /// - Parameters:
    ///   - queries: The queries.
    ///   - keys: The keys, as long as the queries.
    ///   - k: How many keys are wanted for each query, at least 1.
    ///   - threads: The threads to use, at least 1.
    /// - Returns: The neighbours of each query, as ``search(_:k:threads:)`` orders them.
    /// - Throws: ``VectorIndexError/invalidQuery(row:)``.
    public static func exhaustiveSearch(
        _ queries: KeyRows, in keys: KeyRows, k: Int, threads: Int = 1
    ) throws(VectorIndexError) -> [[Neighbour]] {
        try check(queries, dimension: keys.dimension, k: k)
        return ExhaustiveSearch.run(queries, in: keys, k: min(k, keys.count), threads: threads)
    }

    /// The number of lists, 0 in a flat index.
    var listCount: Int {
        switch storage {
        case .flat: 0
        case .lists(let index): index.listCount
        }
    }

    /// The same index, looking through another number of lists.
    func looking(through probes: Int) -> VectorIndex {
        VectorIndex(
            storage, count: count, dimension: dimension, factory: factory, probes: probes,
            exactKeys: exactKeys, fileName: fileName)
    }

    private static func check(
        _ queries: KeyRows, dimension: Int, k: Int
    ) throws(VectorIndexError) {
        precondition(
            queries.dimension == dimension && k >= 1,
            "queries of \(queries.dimension) for keys of \(dimension), \(k) wanted")
        let bad = queries.withUnsafeFloats { numbers in numbers.firstIndex { !$0.isFinite } }
        if let bad { throw .invalidQuery(row: bad / dimension) }
    }
}
