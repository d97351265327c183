/// The pictures that a memory is made of, and what is known about them.
public struct Corpus: Sendable {
    /// Files and folders; folders are searched at any depth.
    public var inputs: [String]
    /// The table of licences, authors and origins.
    public var licences: SourceTable?
    /// The table of tags; one in ``licences`` serves too.
    public var tags: SourceTable?
    /// Which files may be used.
    public var filter: SourceFilter

    /// A corpus.
    ///
    /// - Parameters:
    ///   - inputs: Files and folders.
    ///   - licences: The table of licences, authors and origins.
    ///   - tags: The table of tags.
    ///   - filter: Which files may be used, by the table of licences.
    public init(
        inputs: [String], licences: SourceTable? = nil, tags: SourceTable? = nil,
        filter: SourceFilter = SourceFilter()
    ) {
        self.inputs = inputs
        self.licences = licences
        self.tags = tags
        self.filter = filter
    }

    /// The filter in words, to be compared with that of earlier work.
    var filterDescription: String {
        (filter.licences.map { "licence=\($0)" } + filter.conditions.map(\.description))
            .joined(separator: " ")
    }

    /// What the tables say about a file; nil when the licence table is about another file.
    ///
    /// - Parameters:
    ///   - name: The file's path below the corpus.
    ///   - sha256: The file's SHA-256.
    /// - Returns: The record, empty when nothing is known.
    func record(of name: String, sha256: String) -> SourceRecord {
        var record = SourceRecord()
        if let entry = licences?.entry(for: name), entry.sha256 ?? sha256 == sha256 {
            record = entry.record
        }
        if let entry = tags?.entry(for: name), entry.sha256 ?? sha256 == sha256 {
            record.tags += entry.record.tags
        }
        var seen = Set<String>()
        record.tags = record.tags.filter { seen.insert($0).inserted }
        return record
    }

    /// Whether the row of a file gives another SHA-256 than the file has.
    func isAboutAnotherFile(_ name: String, sha256: String) -> Bool {
        guard let stated = licences?.entry(for: name)?.sha256 else { return false }
        return stated != sha256
    }
}
