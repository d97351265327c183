/// The entries of several memories as one list, whatever the order in which they are given.
struct MemoryUnion {
    /// An entry of one of the memories.
    struct Item {
        let memory: Int
        let entry: MemoryEntry
        let source: MemorySource
    }

    /// In the order of the pictures' digests, rows and columns.
    let items: [Item]
    /// Entries that two memories have both.
    let sameEntries: Int
    /// Entries of pictures that are copies of others.
    let copies: Int

    init(_ contents: [MemoryContents]) {
        var sources: [String: MemorySource] = [:]
        for source in contents.flatMap(\.sources) {
            if let other = sources[source.sha256], !Self.isBetter(source, other) { continue }
            sources[source.sha256] = source
        }
        let all = sources.values.sorted { $0.sha256 < $1.sha256 }
        let originals = DuplicateSearch.originals(
            all.map {
                DuplicateSearch.Item(
                    sha256: $0.sha256, area: $0.width * $0.height, signature: $0.signature)
            })
        let dropped = Set(zip(all, originals).filter { $1 != nil }.map { $0.0.sha256 })

        struct Place: Hashable {
            let sha256: String
            let position: PatchPosition
            let side: Int
        }
        var (items, seen) = ([Place: Item](), 0)
        var copies = 0
        for (memory, contents) in contents.enumerated() {
            for entry in contents.entries {
                let sha256 = contents.sources[entry.source].sha256
                guard let source = sources[sha256] else { continue }
                if dropped.contains(sha256) {
                    copies += 1
                    continue
                }
                let place = Place(sha256: sha256, position: entry.position, side: entry.side)
                if items[place] == nil {
                    items[place] = Item(memory: memory, entry: entry, source: source)
                } else {
                    seen += 1
                }
            }
        }
        self.items = items.values.sorted {
            ($0.source.sha256, $0.entry.position) < ($1.source.sha256, $1.entry.position)
        }
        sameEntries = seen
        self.copies = copies
    }

    /// Of two descriptions of the same picture: the one with a known licence, or else the lower path.
    private static func isBetter(_ a: MemorySource, _ b: MemorySource) -> Bool {
        let (first, second) = (a.record.licence != nil, b.record.licence != nil)
        return first != second ? first : a.path < b.path
    }
}
