internal import ArgumentParser
internal import Foundation
internal import TextureMemory

/// The pictures of a memory, and what is known about them.
struct CorpusArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Table with licence, author and origin of each file.", valueName: "csv"))
    var licence: String?

    @Option(help: ArgumentHelp("Table with tags for each file.", valueName: "csv"))
    var tags: String?

    @Option(
        help: ArgumentHelp(
            "Use only files with one of these licences, such as CC0-1.0,CC-BY-*.",
            valueName: "licences"))
    var onlyLicence: String?

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Use only files whose row has one of these values in this column of the table of "
                + "licences, such as split=train or kind=photo,texture. May be given several "
                + "times; all must hold.",
            valueName: "column=values"))
    var conditions: [String] = []

    @Option(
        name: .customLong("column"),
        help: ArgumentHelp(
            "Where the tables have something: file, licence, licence_url, author, origin, title, "
                + "tags or sha256; such as author=made_by, or origin='{site}/{path}' for several "
                + "columns. Common names are found without this.", valueName: "what=column"))
    var columns: [String] = []

    func validate() throws {
        for text in conditions where Self.pair(text) == nil {
            throw ValidationError("--where must look like column=value, not '\(text)'.")
        }
        for text in columns {
            guard let (name, _) = Self.pair(text), SourceTable.Column(rawValue: name) != nil else {
                let names = SourceTable.Column.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError(
                    "--column must look like what=column, with one of \(names), not '\(text)'.")
            }
        }
        if licence == nil && (onlyLicence != nil || !conditions.isEmpty) {
            throw ValidationError("--only-licence and --where need a table: --licence.")
        }
    }

    /// The corpus of some files and folders; reads the tables.
    func corpus(_ inputs: [String]) throws -> Corpus {
        var named: [SourceTable.Column: String] = [:]
        for case let (name, column)? in columns.map({ Self.pair($0) }) {
            if let what = SourceTable.Column(rawValue: name) { named[what] = column }
        }
        // What is said of a column holds for the table that can have it.
        let forTags = named.filter { [.file, .tags, .sha256].contains($0.key) }
        let forLicences = tags == nil ? named : named.filter { $0.key != .tags }
        return Corpus(
            inputs: inputs,
            licences: try licence.map { try SourceTable(URL(filePath: $0), columns: forLicences) },
            tags: try tags.map { try SourceTable(URL(filePath: $0), columns: forTags) },
            filter: SourceFilter(
                licences: Self.patterns(onlyLicence ?? ""),
                conditions: conditions.compactMap { Self.pair($0) }.map {
                    SourceFilter.Condition(column: $0, patterns: Self.patterns($1))
                }))
    }

    /// Patterns between commas.
    static func patterns(_ text: String) -> [NamePattern] {
        text.split(separator: ",").map {
            NamePattern($0.trimmingCharacters(in: .whitespaces))
        }
    }

    private static func pair(_ text: String) -> (String, String)? {
        guard let sign = text.firstIndex(of: "="), sign > text.startIndex else { return nil }
        return (String(text[..<sign]), String(text[text.index(after: sign)...]))
    }
}
