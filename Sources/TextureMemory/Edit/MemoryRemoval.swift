internal import Foundation

/// Takes entries out of a memory, by their pictures or by their licences.
///
/// The other entries stay what they are: nothing is encoded or chosen again.
public struct MemoryRemoval: Sendable {
    /// Which entries go: those of a picture whose path, or licence, fits one of the patterns.
    public struct Selector: Sendable, Equatable {
        /// Patterns for paths.
        public var sources: [NamePattern]
        /// Patterns for licences; pictures without one have the licence "unknown".
        public var licences: [NamePattern]

        /// Says which entries go.
        ///
        /// - Parameters:
        ///   - sources: Patterns for paths.
        ///   - licences: Patterns for licences.
        public init(sources: [NamePattern] = [], licences: [NamePattern] = []) {
            self.sources = sources
            self.licences = licences
        }

        func selects(_ source: MemorySource) -> Bool {
            sources.contains { $0.matches(source.path) }
                || licences.contains { $0.matches(source.record.licenceOrUnknown) }
        }
    }

    /// What went.
    public struct Report: Sendable, Equatable, Codable {
        /// The pictures that went, with the number of entries of each.
        public let sources: [Removed]
        /// Entries that went.
        public let removed: Int
        /// Entries that stay.
        public let entries: Int
    }

    /// A picture that went.
    public struct Removed: Sendable, Equatable, Codable {
        /// Its path below the corpus.
        public let path: String
        /// Its licence, or "unknown".
        public let licence: String
        /// Entries cut from it.
        public let entries: Int
    }

    private let memory: TextureMemory
    private let selector: Selector

    /// A removal.
    ///
    /// - Parameters:
    ///   - memory: The memory.
    ///   - selector: Which entries go.
    public init(from memory: TextureMemory, _ selector: Selector) {
        self.memory = memory
        self.selector = selector
    }

    /// What would go, without changing anything.
    ///
    /// - Returns: The pictures and numbers.
    /// - Throws: ``MemoryError/nothingFound(reason:)`` when no picture fits.
    public func plan() throws -> Report { try split().report }

    /// Takes the entries out; the memory is replaced in one step.
    ///
    /// - Returns: What went.
    /// - Throws: ``MemoryError/nothingFound(reason:)`` when no picture fits, or nothing would stay.
    public func run() throws -> Report {
        let (contents, kept, report) = try split()
        guard !kept.isEmpty else {
            throw MemoryError.nothingFound(
                reason: "every entry fits; remove the folder '\(memory.name)' instead")
        }
        try memory.numbers.withRows { rows in
            let writer = MemoryWriter(contents: contents, rows: kept)
            _ = try writer.write(from: rows, to: memory.url, replaces: true)
        }
        return report
    }

    private func split() throws -> (contents: MemoryContents, kept: [Int], report: Report) {
        var contents = try memory.contents()
        let goes = contents.sources.map { selector.selects($0) }
        let kept = contents.entries.filter { !goes[$0.source] }
        guard kept.count < contents.entries.count else {
            throw MemoryError.nothingFound(
                reason: "no picture of memory '\(memory.name)' fits the patterns")
        }
        var counts = [Int](repeating: 0, count: goes.count)
        for entry in contents.entries { counts[entry.source] += 1 }
        let report = Report(
            sources: goes.indices.filter { goes[$0] }.map { index in
                Removed(
                    path: contents.sources[index].path,
                    licence: contents.sources[index].record.licenceOrUnknown,
                    entries: counts[index])
            },
            removed: contents.entries.count - kept.count, entries: kept.count)

        let staying = goes.indices.filter { !goes[$0] && counts[$0] > 0 }
        let places = Dictionary(uniqueKeysWithValues: staying.enumerated().map { ($1, $0) })
        contents.sources = staying.map { contents.sources[$0] }
        contents.entries = kept.enumerated().map { id, entry in
            MemoryEntry(
                id: id, source: places[entry.source] ?? 0, position: entry.position,
                side: entry.side, tags: entry.tags, cluster: entry.cluster,
                squaredDistance: entry.squaredDistance)
        }
        // What the removed entries covered may be covered by none now.
        contents.description.coveringRadius = nil
        return (contents, kept.map(\.id), report)
    }
}
