internal import GRDB

/// Full-text search over tags, with Porter's stemmer for English endings.
///
/// The table in the memory's own file has no stemmer, because people search it by beginnings of
/// words; so this one is made in memory, of the few different tags that there are.
struct TagSearch {
    private let queue: DatabaseQueue
    private let memory: String

    /// - Parameters:
    ///   - tags: The tags, which are numbered by their places.
    ///   - memory: The memory's name, for errors.
    /// - Throws: ``MemoryError/damaged(memory:file:reason:)``.
    init(_ tags: [String], memory: String) throws(MemoryError) {
        self.memory = memory
        do {
            queue = try DatabaseQueue()
            try queue.write { database in
                try database.execute(
                    sql: """
                        CREATE VIRTUAL TABLE tag USING fts5 (
                            words, tokenize = 'porter unicode61 remove_diacritics 2')
                        """)
                let insertion = try database.makeStatement(
                    sql: "INSERT INTO tag (rowid, words) VALUES (?, ?)")
                for (place, tag) in tags.enumerated() {
                    try insertion.execute(arguments: [place, tag])
                }
            }
        } catch {
            throw MemoryTable.damaged(memory, error)
        }
    }

    /// The tags in which the words of a text stand together, ascending; none for a text without
    /// words.
    func matches(of text: String) throws(MemoryError) -> [Int] {
        // SQLite ends its expressions at a zero, and reads everything else between quotes as words.
        let plain = String(text.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })
        do {
            return try queue.read { database in
                try Int.fetchAll(
                    database, sql: "SELECT rowid FROM tag WHERE tag MATCH ? ORDER BY rowid",
                    arguments: ["\"" + plain.replacing("\"", with: "\"\"") + "\""])
            }
        } catch {
            throw MemoryTable.damaged(memory, error)
        }
    }
}
