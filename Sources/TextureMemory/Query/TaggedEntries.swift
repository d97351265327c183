/// The entries of a memory that have tags, and each different tag once.
///
/// A memory has many entries, fewer lists of tags, as all patches of a picture share its list, and
/// still fewer tags.
struct TaggedEntries: Sendable {
    /// Tags that occur together.
    struct List: Sendable {
        /// Places among ``TaggedEntries/tags``.
        let tags: [Int]
        /// The number of entries that have this list.
        var entryCount = 0
    }

    /// Every different tag.
    private(set) var tags: [String] = []
    /// Every different list.
    private(set) var lists: [List] = []
    /// The entries in order, each with the place of its list.
    private(set) var entries: [(entry: Int, list: Int)] = []

    private var places: [String: Int] = [:]
    private var listPlaces: [String: Int] = [:]

    /// Adds an entry with its tags as they stand in the table.
    mutating func add(_ entry: Int, tags text: String) {
        let list = listPlaces[text] ?? newList(text)
        lists[list].entryCount += 1
        entries.append((entry, list))
    }

    private mutating func newList(_ text: String) -> Int {
        let tags = text.split(separator: MemoryTableWriter.tagSeparator).map { tag in
            let tag = String(tag)
            if let place = places[tag] { return place }
            places[tag] = self.tags.count
            self.tags.append(tag)
            return self.tags.count - 1
        }
        listPlaces[text] = lists.count
        lists.append(List(tags: tags))
        return lists.count - 1
    }
}
