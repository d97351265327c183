internal import Foundation
internal import GRDB

/// The table of a memory: `memory.sqlite`.
///
/// It is opened for reading only and without a write-ahead log, so that no file appears beside it
/// and a folder on read-only media can be used. The same contents give the same bytes, because rows
/// are inserted in order and the file is compacted at the end; nothing in it depends on the time.
struct MemoryTable: Sendable {
    /// The version of the tables, in SQLite's `user_version`.
    static let version = 1

    /// "PSTM" in SQLite's `application_id`.
    private static let applicationID = 0x5053_544D

    private let queue: DatabaseQueue
    private let memory: String

    /// Opens a table for reading.
    ///
    /// - Parameters:
    ///   - url: The file.
    ///   - memory: The memory's name, for errors.
    /// - Throws: ``MemoryError``.
    init(_ url: URL, memory: String) throws(MemoryError) {
        self.memory = memory
        guard access(url.path, F_OK) == 0 else {
            throw .missingFile(memory: memory, file: MemoryFiles.table)
        }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.prepareDatabase { database in
            // What a file says about itself is not to be run.
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        do {
            queue = try DatabaseQueue(path: url.path, configuration: configuration)
            let (id, version) = try queue.read { database in
                (
                    try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0,
                    try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                )
            }
            guard id == Self.applicationID else {
                throw MemoryError.otherFile(memory: memory, file: MemoryFiles.table)
            }
            guard version <= Self.version else {
                throw MemoryError.madeByNewerVersion(
                    memory: memory, version: version, newestKnown: Self.version)
            }
        } catch let error as MemoryError {
            throw error
        } catch {
            throw Self.damaged(memory, error)
        }
    }

    /// What holds for the memory as a whole.
    func description() throws(MemoryError) -> MemoryDescription {
        let text = try read { database in
            try String.fetchOne(
                database, sql: "SELECT value FROM memory WHERE name = 'description'")
        }
        guard let text,
            let found = try? JSONDecoder().decode(MemoryDescription.self, from: Data(text.utf8))
        else {
            throw .damaged(
                memory: memory, file: MemoryFiles.table, reason: "its description is missing")
        }
        return found
    }

    /// The number of entries.
    func count() throws(MemoryError) -> Int {
        try read { try Int.fetchOne($0, sql: "SELECT count(*) FROM entry") ?? 0 }
    }

    /// All sources, in order.
    func sources() throws(MemoryError) -> [MemorySource] {
        let rows = try read { try Row.fetchAll($0, sql: "SELECT * FROM source ORDER BY id") }
        return try rows.enumerated().map { index, row throws(MemoryError) in
            guard (row["id"] as Int?) == index else { throw order("source", index) }
            return try source(row)
        }
    }

    /// One source.
    func source(at index: Int) throws(MemoryError) -> MemorySource {
        let row = try read {
            try Row.fetchOne($0, sql: "SELECT * FROM source WHERE id = ?", arguments: [index])
        }
        guard let row else { throw order("source", index) }
        return try source(row)
    }

    /// All entries, in order.
    func entries() throws(MemoryError) -> [MemoryEntry] {
        let rows = try read { try Row.fetchAll($0, sql: "SELECT * FROM entry ORDER BY id") }
        return try rows.enumerated().map { index, row throws(MemoryError) in
            guard (row["id"] as Int?) == index else { throw order("entry", index) }
            return try entry(row)
        }
    }

    /// One entry.
    func entry(at index: Int) throws(MemoryError) -> MemoryEntry {
        let row = try read {
            try Row.fetchOne($0, sql: "SELECT * FROM entry WHERE id = ?", arguments: [index])
        }
        guard let row else { throw order("entry", index) }
        return try entry(row)
    }

    /// Entries that have words among their tags, in order.
    ///
    /// - Parameter words: Words, all of which must be there; the start of a word does.
    /// - Returns: Numbers of entries, ascending.
    /// - Throws: ``MemoryError/damaged(memory:file:reason:)``.
    func entries(tagged words: [String]) throws(MemoryError) -> [Int] {
        let terms = words.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"*" }
        let match = terms.joined(separator: " AND ")
        guard !match.isEmpty else { return [] }
        return try read {
            try Int.fetchAll(
                $0, sql: "SELECT rowid FROM entry_tags WHERE entry_tags MATCH ? ORDER BY rowid",
                arguments: [match])
        }
    }

    /// All entries that have tags, with each different tag once.
    func taggedEntries() throws(MemoryError) -> TaggedEntries {
        try read { database in
            var tagged = TaggedEntries()
            let rows = try Row.fetchCursor(
                database, sql: "SELECT id, tags FROM entry WHERE tags <> '' ORDER BY id")
            while let row = try rows.next() { tagged.add(row["id"], tags: row["tags"]) }
            return tagged
        }
    }

    /// SQLite's own check of the file and of the text index; nil when nothing is wrong.
    func problem() -> String? {
        do {
            return try queue.read { database in
                let answer = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)")
                return answer == "ok" ? nil : answer ?? "no answer"
            }
        } catch {
            return "\(error)"
        }
    }

    private func source(_ row: Row) throws(MemoryError) -> MemorySource {
        guard let path = row["path"] as String?, let sha256 = row["sha256"] as String?,
            let width = row["width"] as Int?, let height = row["height"] as Int?,
            let cells = row["cells"] as Data?, width > 0, height > 0,
            cells.count == PictureSignature.side * PictureSignature.side
        else { throw order("source", -1) }
        return MemorySource(
            path: path, sha256: sha256, width: width, height: height,
            record: SourceRecord(
                licence: row["licence"], licenceURL: row["licence_url"], author: row["author"],
                origin: row["origin"], title: row["title"]),
            cells: Array(cells))
    }

    private func entry(_ row: Row) throws(MemoryError) -> MemoryEntry {
        guard let id = row["id"] as Int?, let source = row["source"] as Int?,
            let x = row["x"] as Int?, let y = row["y"] as Int?, let side = row["side"] as Int?,
            let tags = row["tags"] as String?, let cluster = row["cluster"] as Int?
        else { throw order("entry", -1) }
        return MemoryEntry(
            id: id, source: source, position: PatchPosition(x: x, y: y), side: side,
            tags: tags.split(separator: MemoryTableWriter.tagSeparator).map(String.init),
            cluster: cluster, squaredDistance: row["squared_distance"])
    }

    private func read<Value>(_ body: (Database) throws -> Value) throws(MemoryError) -> Value {
        do {
            return try queue.read(body)
        } catch {
            throw Self.damaged(memory, error)
        }
    }

    private func order(_ table: String, _ index: Int) -> MemoryError {
        .damaged(
            memory: memory, file: MemoryFiles.table,
            reason: index < 0 ? "a row of '\(table)' is incomplete" : "\(table) \(index) is missing"
        )
    }

    static func damaged(_ memory: String, _ error: any Error) -> MemoryError {
        .damaged(
            memory: memory, file: MemoryFiles.table,
            reason: (error as? DatabaseError)?.message ?? "\(error)")
    }

    static func markAndVersion(_ database: Database) throws {
        try database.execute(sql: "PRAGMA application_id = \(applicationID)")
        try database.execute(sql: "PRAGMA user_version = \(version)")
    }
}
