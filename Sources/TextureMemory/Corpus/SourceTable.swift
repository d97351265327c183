public import Foundation

/// A table of licences or tags: what it says about each file of a corpus.
///
/// The columns are found by their usual names, whatever the case; see ``Column``. A column may also
/// be named, or put together of several: `{repository}/{path}`.
public struct SourceTable: Sendable {
    /// What can be read from a table.
    public enum Column: String, Sendable, CaseIterable {
        /// The file's path below the corpus, or its name.
        case file
        /// The licence.
        case licence
        /// Where the licence can be read.
        case licenceURL = "licence_url"
        /// Who made the picture.
        case author
        /// Where the picture comes from.
        case origin
        /// The picture's title.
        case title
        /// Words that people search by, apart by `;`, `|` or `,`.
        case tags
        /// The file's SHA-256; a row about a file with another is passed over.
        case sha256

        /// Names under which the column is found, the first of them that the table has.
        var usualNames: [String] {
            switch self {
            case .file: ["file", "filename", "file_name", "path", "image", "name"]
            case .licence: ["licence", "license", "spdx", "licence_id", "license_id"]
            case .licenceURL: ["licence_url", "license_url", "licence_link", "license_link"]
            case .author: ["author", "creator", "artist", "photographer", "credit"]
            case .origin:
                ["origin", "source_url", "url", "origin_url", "source", "source_repo"]
            case .title: ["title"]
            case .tags: ["tags", "tag", "keywords", "category"]
            case .sha256: ["sha256", "sha-256"]
            }
        }
    }

    /// One row.
    struct Entry {
        let record: SourceRecord
        let sha256: String?
        /// All fields by the names of their columns in small letters, to filter by.
        let fields: [String: String]
    }

    /// The name of the file, for messages.
    public let name: String

    private var entries: [String: Entry] = [:]

    /// Reads a table.
    ///
    /// - Parameters:
    ///   - url: A CSV file in UTF-8 whose first row names the columns.
    ///   - columns: Names of columns, or templates with several in braces, for what is not found by
    ///     its usual name.
    /// - Throws: ``MemoryError/missing(file:)``, ``MemoryError/unreadable(file:reason:)`` or
    ///   ``MemoryError/badTable(file:line:reason:)``.
    public init(_ url: URL, columns: [Column: String] = [:]) throws(MemoryError) {
        let name = url.lastPathComponent
        let data: Data
        guard FileManager.default.fileExists(atPath: url.path) else { throw .missing(file: name) }
        do {
            data = try Data(contentsOf: url)
        } catch {
            throw .unreadable(file: name, reason: error.localizedDescription)
        }
        try self.init(Array(data), name: name, columns: columns)
    }

    init(_ bytes: [UInt8], name: String, columns: [Column: String]) throws(MemoryError) {
        self.name = name
        let text = try DelimitedText(bytes, file: name)
        let places = Dictionary(
            text.header.enumerated().map { ($1.lowercased(), $0) }, uniquingKeysWith: { a, _ in a })
        var readers: [Column: FieldReader] = [:]
        for column in Column.allCases {
            if let wanted = columns[column] {
                readers[column] = try FieldReader(wanted, places: places, table: name)
            } else if let found = column.usualNames.first(where: { places[$0] != nil }) {
                readers[column] = try FieldReader(found, places: places, table: name)
            }
        }
        guard let file = readers[.file] else {
            throw .badTable(
                file: name, line: 1,
                reason: "no column 'file'; there is: \(text.header.joined(separator: ", "))")
        }
        for row in text.rows {
            let key = Self.key(file.read(row.fields))
            guard !key.isEmpty else { continue }
            guard entries[key] == nil else {
                throw .badTable(file: name, line: row.line, reason: "'\(key)' is there twice")
            }
            entries[key] = Entry(
                record: Self.record(row.fields, readers),
                sha256: readers[.sha256].map { $0.read(row.fields).lowercased() }.flatMap(\.filled),
                fields: Dictionary(uniqueKeysWithValues: places.map { ($0, row.fields[$1]) }))
        }
    }

    /// The number of rows about files.
    public var count: Int { entries.count }

    /// The row about a file: by its path below the corpus, or else by its name alone.
    func entry(for path: String) -> Entry? {
        entries[Self.key(path)] ?? entries[(path as NSString).lastPathComponent]
    }

    /// A path in one spelling.
    private static func key(_ path: String) -> String {
        var key = Substring(path.trimmed)
        while key.hasPrefix("./") { key = key.dropFirst(2) }
        return String(key)
    }

    private static func record(_ fields: [String], _ readers: [Column: FieldReader])
        -> SourceRecord
    {
        func text(_ column: Column) -> String? { readers[column]?.read(fields).filled }
        let tags = text(.tags)?.split { ";|,".contains($0) }.compactMap { String($0).filled } ?? []
        return SourceRecord(
            licence: text(.licence), licenceURL: text(.licenceURL), author: text(.author),
            origin: text(.origin), title: text(.title), tags: tags)
    }
}

/// Reads a column, or a template such as `{repository}/{path}`.
private struct FieldReader {
    private enum Part {
        case text(String)
        case column(Int)
    }

    private var parts: [Part] = []

    init(_ wanted: String, places: [String: Int], table: String) throws(MemoryError) {
        func place(_ name: some StringProtocol) throws(MemoryError) -> Int {
            guard let place = places[name.lowercased()] else {
                throw .badTable(file: table, line: 1, reason: "there is no column '\(name)'")
            }
            return place
        }
        guard wanted.contains("{") else {
            parts = [.column(try place(wanted))]
            return
        }
        var rest = Substring(wanted)
        while let open = rest.firstIndex(of: "{") {
            guard let close = rest[open...].firstIndex(of: "}") else {
                throw .badTable(file: table, line: 1, reason: "'\(wanted)' has a { without }")
            }
            parts.append(.text(String(rest[..<open])))
            parts.append(.column(try place(rest[rest.index(after: open)..<close])))
            rest = rest[rest.index(after: close)...]
        }
        parts.append(.text(String(rest)))
    }

    func read(_ fields: [String]) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .column(let place): fields[place].trimmed
            }
        }.joined()
    }
}

extension String {
    /// Without space around it; nil when nothing is left.
    var filled: String? {
        let text = trimmed
        return text.isEmpty ? nil : text
    }
}
