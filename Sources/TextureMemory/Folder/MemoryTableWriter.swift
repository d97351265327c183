internal import Foundation
internal import GRDB

/// Writes the table of a memory.
enum MemoryTableWriter {
    /// What stands between two tags; none contains it, because tables are split there.
    static let tagSeparator: Character = ";"

    private static let schema = """
        CREATE TABLE memory (
            name TEXT PRIMARY KEY NOT NULL,
            value TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE source (
            id INTEGER PRIMARY KEY,
            path TEXT NOT NULL,
            sha256 TEXT NOT NULL UNIQUE,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            licence TEXT,
            licence_url TEXT,
            author TEXT,
            origin TEXT,
            title TEXT,
            cells BLOB NOT NULL
        );
        CREATE TABLE entry (
            id INTEGER PRIMARY KEY,
            source INTEGER NOT NULL REFERENCES source (id),
            x INTEGER NOT NULL,
            y INTEGER NOT NULL,
            side INTEGER NOT NULL,
            cluster INTEGER NOT NULL,
            squared_distance REAL,
            tags TEXT NOT NULL
        );
        CREATE INDEX entry_by_source ON entry (source);
        CREATE VIRTUAL TABLE entry_tags USING fts5 (tags, content='entry', content_rowid='id');
        """

    /// Writes a table as a new file.
    ///
    /// - Parameters:
    ///   - contents: What goes in; the order of sources and entries is their numbering.
    ///   - url: Where; nothing is there yet.
    /// - Throws: ``MemoryError/unwritable(file:reason:)``.
    static func write(_ contents: MemoryContents, to url: URL) throws(MemoryError) {
        let draft = url.deletingLastPathComponent().appending(path: ".table.part")
        try? FileManager.default.removeItem(at: draft)
        defer { try? FileManager.default.removeItem(at: draft) }
        do {
            let queue = try DatabaseQueue(path: draft.path, configuration: configuration())
            try queue.write { try fill($0, contents) }
            // A compact copy has no trace of the order in which pages came to be used.
            try queue.vacuum(into: url.path)
            try queue.close()
        } catch {
            throw .unwritable(
                file: MemoryFiles.table, reason: (error as? DatabaseError)?.message ?? "\(error)")
        }
    }

    private static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        }
        return configuration
    }

    private static func fill(_ database: Database, _ contents: MemoryContents) throws {
        try MemoryTable.markAndVersion(database)
        try database.execute(sql: schema)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let description = String(
            decoding: try encoder.encode(contents.description), as: UTF8.self)
        try database.execute(
            sql: "INSERT INTO memory VALUES ('description', ?)", arguments: [description])
        let source = try database.makeStatement(
            sql: "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        for (id, item) in contents.sources.enumerated() {
            let record = item.record
            try source.execute(arguments: [
                id, item.path, item.sha256, item.width, item.height, record.licence,
                record.licenceURL, record.author, record.origin, record.title, Data(item.cells),
            ])
        }
        let entry = try database.makeStatement(
            sql: "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        for item in contents.entries {
            try entry.execute(arguments: [
                item.id, item.source, item.position.x, item.position.y, item.side, item.cluster,
                item.squaredDistance, item.tags.joined(separator: String(tagSeparator)),
            ])
        }
        try database.execute(sql: "INSERT INTO entry_tags (entry_tags) VALUES ('rebuild')")
        try database.execute(sql: "INSERT INTO entry_tags (entry_tags) VALUES ('optimize')")
    }
}
