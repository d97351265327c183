public import Foundation
internal import GRDB

/// Answers that were paid for, remembered in an SQLite file.
///
/// An answer is kept as it came, so that other rules for reading it cost nothing. When the file is
/// full, what was not used for the longest time goes. Several programs may use one file.
public final class PromptCache: Sendable {
    /// What an answer is an answer to.
    public struct Key: Sendable, Hashable {
        /// The SHA-256 of the picture that was sent.
        public let image: String
        /// The form and address of the service.
        public let endpoint: String
        /// The model.
        public let model: String
        /// The SHA-256 of the instruction with its settings; empty for tags.
        public let template: String

        /// Makes a key.
        ///
        /// - Parameters:
        ///   - image: The SHA-256 of the picture that was sent.
        ///   - endpoint: The form and address of the service.
        ///   - model: The model.
        ///   - template: The SHA-256 of the instruction with its settings; empty for tags.
        public init(image: String, endpoint: String, model: String, template: String) {
            self.image = image
            self.endpoint = endpoint
            self.model = model
            self.template = template
        }

        fileprivate var arguments: StatementArguments { [image, endpoint, model, template] }
    }

    /// What is remembered, in figures.
    public struct Information: Sendable, Equatable, Codable {
        /// Answers.
        public let answers: Int
        /// Bytes of answers, without those of the file's own structure.
        public let bytes: Int
        /// The most bytes of answers that are kept.
        public let limit: Int
        /// Answers by the service and model they come from.
        public let models: [String: Int]
    }

    /// The most bytes of answers that are kept unless asked otherwise.
    public static let standardLimit = 64 << 20

    private let file: AnswerFile
    private let limit: Int
    private let now: @Sendable () -> Date

    /// Opens a file of answers, or starts one that only its owner may read.
    ///
    /// - Parameters:
    ///   - url: The file; folders on the way are made.
    ///   - limit: The most bytes of answers that are kept.
    ///   - now: The time, for what was used last.
    /// - Throws: ``PromptError/cache(file:reason:)``.
    public init(
        _ url: URL, limit: Int = PromptCache.standardLimit,
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws(PromptError) {
        file = try AnswerFile(url)
        self.limit = limit
        self.now = now
    }

    /// The remembered answer.
    ///
    /// - Parameter key: What it is an answer to.
    /// - Returns: The answer, or nil.
    /// - Throws: ``PromptError/cache(file:reason:)``.
    public func answer(to key: Key) throws(PromptError) -> Data? {
        let today = now().timeIntervalSince1970
        let row = try file.read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT body, used FROM answer
                    WHERE image = ? AND endpoint = ? AND model = ? AND template = ?
                    """, arguments: key.arguments)
        }
        guard let row else { return nil }
        // To the hour is enough, and spares most look-ups a write.
        if today - (row["used"] as Double) > 3600 {
            try file.write { database in
                try database.execute(
                    sql: """
                        UPDATE answer SET used = ?
                        WHERE image = ? AND endpoint = ? AND model = ? AND template = ?
                        """, arguments: [today] + key.arguments)
            }
        }
        return row["body"]
    }

    /// Remembers an answer, in place of an earlier one.
    ///
    /// - Parameters:
    ///   - body: The answer.
    ///   - key: What it is an answer to.
    /// - Throws: ``PromptError/cache(file:reason:)``.
    public func remember(_ body: Data, as key: Key) throws(PromptError) {
        let today = now().timeIntervalSince1970
        try file.write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?, ?)",
                arguments: key.arguments + [body, body.count, today])
            try shrink(database)
        }
    }

    /// The only model of a service of which answers are remembered.
    ///
    /// - Parameter endpoint: The form and address of the service.
    /// - Returns: Nil when there are none or several.
    /// - Throws: ``PromptError/cache(file:reason:)``.
    public func model(of endpoint: String) throws(PromptError) -> String? {
        let models = try file.read { database in
            try String.fetchAll(
                database, sql: "SELECT DISTINCT model FROM answer WHERE endpoint = ? LIMIT 2",
                arguments: [endpoint])
        }
        return models.count == 1 ? models[0] : nil
    }

    /// What is remembered, in figures.
    ///
    /// - Returns: The figures.
    /// - Throws: ``PromptError/cache(file:reason:)``.
    public func information() throws(PromptError) -> Information {
        try file.read { database in
            var (answers, bytes, models) = (0, 0, [String: Int]())
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT endpoint, model, count(*) AS answers, sum(bytes) AS bytes
                    FROM answer GROUP BY endpoint, model
                    """)
            while let row = try rows.next() {
                let name = "\(row["endpoint"] as String) \(row["model"] as String)"
                models[CleanText.line(name)] = row["answers"]
                answers += row["answers"] as Int
                bytes += row["bytes"] as Int
            }
            return Information(answers: answers, bytes: bytes, limit: limit, models: models)
        }
    }

    /// Forgets everything.
    ///
    /// - Returns: How many answers there were.
    /// - Throws: ``PromptError/cache(file:reason:)``.
    @discardableResult
    public func clear() throws(PromptError) -> Int {
        let count = try file.write { database in
            try database.execute(sql: "DELETE FROM answer")
            return database.changesCount
        }
        try file.compact()
        return count
    }

    /// Drops what was not used for the longest time, down to nine tenths of the limit.
    private func shrink(_ database: Database) throws {
        func total() throws -> Int {
            try Int.fetchOne(database, sql: "SELECT coalesce(sum(bytes), 0) FROM answer") ?? 0
        }
        var bytes = try total()
        guard bytes > limit else { return }
        let rows = try Row.fetchAll(
            database, sql: "SELECT rowid, bytes FROM answer ORDER BY used, rowid")
        for row in rows {
            if bytes <= limit / 10 * 9 { break }
            try database.execute(
                sql: "DELETE FROM answer WHERE rowid = ?", arguments: [row["rowid"] as Int64])
            bytes -= row["bytes"] as Int
        }
    }
}
