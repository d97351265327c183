internal import Foundation
internal import GRDB

/// The SQLite file of a ``PromptCache``: made when it is missing, refused when it is something else.
struct AnswerFile: Sendable {
    private let queue: DatabaseQueue
    private let name: String

    private static let version = 1
    /// "PSPC" in SQLite's `application_id`.
    private static let applicationID = 0x5053_5043

    /// Opens a file, or starts one that only its owner may read.
    ///
    /// - Parameter url: The file; folders on the way are made.
    /// - Throws: ``PromptError/cache(file:reason:)``.
    init(_ url: URL) throws(PromptError) {
        name = url.lastPathComponent
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            // Descriptions of photos are private; SQLite itself would let everybody read them.
            let descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw PromptError.cache(file: name, reason: String(cString: strerror(errno)))
            }
            close(descriptor)
            var configuration = Configuration()
            configuration.busyMode = .timeout(10)
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA trusted_schema = OFF")
            }
            queue = try DatabaseQueue(path: url.path, configuration: configuration)
            try Self.prepare(queue, name)
        } catch {
            throw Self.problem(error, name)
        }
    }

    func read<Value>(_ body: (Database) throws -> Value) throws(PromptError) -> Value {
        do {
            return try queue.read(body)
        } catch {
            throw Self.problem(error, name)
        }
    }

    /// Writes all or nothing.
    func write<Value>(_ body: (Database) throws -> Value) throws(PromptError) -> Value {
        do {
            return try queue.write(body)
        } catch {
            throw Self.problem(error, name)
        }
    }

    /// Gives the room of what was deleted back to the file system.
    func compact() throws(PromptError) {
        do {
            try queue.vacuum()
        } catch {
            throw Self.problem(error, name)
        }
    }

    private static func prepare(_ queue: DatabaseQueue, _ name: String) throws {
        try queue.writeWithoutTransaction { database in
            // Another program may be starting the same file.
            var isNew = false
            try database.inTransaction(.deferred) {
                isNew = try Self.isNew(database, name)
                return .commit
            }
            guard isNew else { return }
            try database.inTransaction(.immediate) {
                guard try Self.isNew(database, name) else { return .commit }
                try database.execute(
                    sql: """
                        PRAGMA application_id = \(applicationID);
                        PRAGMA user_version = \(version);
                        CREATE TABLE answer (
                            image TEXT NOT NULL, endpoint TEXT NOT NULL, model TEXT NOT NULL,
                            template TEXT NOT NULL, body BLOB NOT NULL, bytes INTEGER NOT NULL,
                            used REAL NOT NULL,
                            PRIMARY KEY (image, endpoint, model, template));
                        CREATE INDEX answer_size ON answer (used, bytes);
                        """)
                return .commit
            }
        }
    }

    /// Whether nothing is in the file yet; to be asked inside a transaction, so that all of it is
    /// seen as it is at one moment.
    private static func isNew(_ database: Database, _ name: String) throws -> Bool {
        let id = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        // Not GRDB's `tableExists`, which remembers what it saw before.
        let tables = try Int.fetchOne(
            database, sql: "SELECT COUNT(*) FROM sqlite_master WHERE name = 'answer'")
        let isNew = tables == 0
        guard isNew ? id == 0 : id == applicationID else {
            throw PromptError.cache(file: name, reason: "it is a file of something else")
        }
        guard isNew || found <= version else {
            throw PromptError.cache(file: name, reason: "a newer PromptScaler made it")
        }
        return isNew
    }

    private static func problem(_ error: any Error, _ name: String) -> PromptError {
        if let error = error as? PromptError { return error }
        let reason = (error as? DatabaseError)?.message ?? ReadingProblem.describe(error)
        return .cache(file: name, reason: reason)
    }
}
