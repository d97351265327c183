public import Foundation

/// Makes one memory of several, as if they had been built as one.
///
/// The entries of all are the candidates of a new farthest point sampling. When each was built with
/// k entries from its part of a corpus, the k entries chosen of the union cover the whole corpus
/// within four times the least radius that any k entries could reach (Malkomes et al. 2015, "Fast
/// Distributed k-Center Clustering with Outliers on Massive Data"); in practice within a few percent
/// of a build of the whole. The order of the memories changes nothing.
public struct MemoryMerge: Sendable {
    /// What a merge did.
    public struct Report: Sendable, Equatable, Codable {
        /// Memories that went in.
        public let memories: Int
        /// Their entries, those in two of them counted once.
        public let candidates: Int
        /// Entries that two memories had both.
        public let sameEntries: Int
        /// Entries left out because their picture is a copy of another.
        public let copies: Int
        /// Entries of the new memory.
        public let entries: Int
        /// No candidate of any build lies farther than this from its nearest entry; nil when one of
        /// the memories does not know.
        public let coveringRadius: Double?

        enum CodingKeys: String, CodingKey {
            case memories, candidates, copies, entries
            case sameEntries = "same_entries"
            case coveringRadius = "covering_radius"
        }
    }

    private let threads: Int

    /// A merge.
    ///
    /// - Parameter threads: The number of threads, at least 1; they change nothing in the result.
    public init(threads: Int) {
        precondition(threads >= 1, "\(threads) threads")
        self.threads = threads
    }

    /// Merges memories.
    ///
    /// - Parameters:
    ///   - memories: The memories, at least one, all made with the same networks.
    ///   - destination: The new memory's folder, which appears when it is complete.
    ///   - size: Entries of the new memory; nil for as many as the largest has.
    ///   - overwrites: Whether a memory of that name may be replaced.
    ///   - progress: Called often; what it throws ends the work and is thrown on.
    /// - Returns: What was done.
    /// - Throws: ``MemoryError/cannotMerge(first:second:reason:)`` and others.
    public func merge(
        _ memories: [TextureMemory], to destination: URL, size: Int? = nil,
        overwrites: Bool = false, progress: (MemoryProgress) throws -> Void = { _ in }
    ) throws -> Report {
        guard let first = memories.first else {
            throw MemoryError.nothingFound(reason: "no memories were given")
        }
        for other in memories.dropFirst() { try Self.check(first, other) }
        try MemoryBuilder.checkDestination(destination, overwrites: overwrites)
        let size = size ?? memories.map(\.count).max() ?? 1
        guard size >= 1 else {
            throw MemoryError.badOption(name: "--size", reason: "must be at least 1, not \(size)")
        }
        let union = MemoryUnion(try memories.map { try $0.contents() })
        let shape = first.description.shape
        let scratch = try ScratchRows(beside: destination, count: union.items.count, shape: shape)
        for item in union.items {
            try memories[item.memory].numbers.withRows { rows in
                try scratch.append(rows, [item.entry.id])
            }
        }
        return try scratch.store.withRows { candidates in
            let selection = try EntrySelection(
                keyWeight: first.description.parameters.keyWeight, threads: threads
            ).run(size, from: candidates, progress: progress)
            let radius = Self.radius(selection, memories)
            try progress(MemoryProgress(.writing, 0, of: selection.rows.count))
            let writer = MemoryWriter(
                contents: Self.contents(union, selection, memories, radius), rows: selection.rows)
            _ = try writer.write(from: candidates, to: destination, replaces: overwrites)
            return Report(
                memories: memories.count, candidates: union.items.count,
                sameEntries: union.sameEntries, copies: union.copies,
                entries: selection.rows.count, coveringRadius: radius)
        }
    }

    private static func check(
        _ first: TextureMemory, _ other: TextureMemory
    ) throws(MemoryError) {
        func refuse(_ reason: String) -> MemoryError {
            .cannotMerge(first: first.name, second: other.name, reason: reason)
        }
        guard first.description.fingerprint == other.description.fingerprint else {
            throw refuse(
                "they were made with other models (\(first.description.fingerprint); "
                    + "\(other.description.fingerprint))")
        }
        guard first.description.shape == other.description.shape else {
            throw refuse("their patches have other sizes")
        }
        guard first.description.parameters.keyWeight == other.description.parameters.keyWeight
        else { throw refuse("they weigh keys differently (--key-weight)") }
    }

    /// A bound for the distance of any candidate: to an entry of its own memory, and from there on.
    ///
    /// Distances of a memory are in its own scales, so they may grow by the ratio of the scales.
    private static func radius(
        _ selection: EntrySelection.Result, _ memories: [TextureMemory]
    ) -> Double? {
        func ratio(_ new: Double, _ old: Double) -> Double { old > 0 ? new / old : 1 }
        var largest = 0.0
        for memory in memories {
            guard let radius = memory.description.coveringRadius else { return nil }
            let scales = memory.description.scales
            let factor = max(
                ratio(selection.scales.value, scales.value), ratio(selection.scales.key, scales.key)
            )
            largest = max(largest, radius * factor)
        }
        return selection.coveringRadius + largest
    }

    private static func contents(
        _ union: MemoryUnion, _ selection: EntrySelection.Result, _ memories: [TextureMemory],
        _ radius: Double?
    ) -> MemoryContents {
        let items = selection.rows.map { union.items[$0] }
        let digests = Set(items.map(\.source.sha256)).sorted()
        let places = Dictionary(uniqueKeysWithValues: digests.enumerated().map { ($1, $0) })
        var sources = [String: MemorySource]()
        for item in items { sources[item.source.sha256] = item.source }
        let entries = items.enumerated().map { id, item in
            MemoryEntry(
                id: id, source: places[item.source.sha256] ?? 0, position: item.entry.position,
                side: item.entry.side, tags: item.entry.tags, cluster: 0,
                squaredDistance: selection.squaredDistances[id])
        }
        var parameters = memories[0].description.parameters
        parameters.shard = .init(index: 1, count: 1)
        parameters.size = items.count
        parameters.initial = memories.reduce(0) {
            min(BuildParameters.largestInitial, $0 + $1.description.parameters.initial)
        }
        return MemoryContents(
            description: MemoryDescription(
                shape: memories[0].description.shape,
                fingerprint: memories[0].description.fingerprint, parameters: parameters,
                scales: selection.scales, coveringRadius: radius, indexFactory: "",
                indexSearch: "", clusters: 0),
            sources: digests.compactMap { sources[$0] }, entries: entries)
    }
}
