/// A text to publish beside a memory, or beside what was made with it: whose pictures are in it.
struct Attribution {
    let sources: [MemorySource]
    /// How often each source was used.
    let counts: [Int]
    /// What the text begins with.
    let opening: String
    /// What is counted, the head of a column.
    let counted: String

    /// The text about a whole memory.
    init(_ contents: MemoryContents) {
        var counts = [Int](repeating: 0, count: contents.sources.count)
        for entry in contents.entries { counts[entry.source] += 1 }
        self.init(
            sources: contents.sources, counts: counts,
            opening: "This texture memory holds \(contents.entries.count) small latents cut from "
                + "\(counts.count { $0 > 0 }) pictures. Each picture stays under its own licence.",
            counted: "entries")
    }

    init(sources: [MemorySource], counts: [Int], opening: String, counted: String) {
        self.sources = sources
        self.counts = counts
        self.opening = opening
        self.counted = counted
    }

    /// The text in Markdown: sources by licence and author, each with its origin.
    var text: String {
        let used = sources.indices.filter { counts[$0] > 0 }
        let licences = Dictionary(grouping: used) { sources[$0].record.licenceOrUnknown }
        var lines = [
            "# Attribution",
            "",
            opening,
            "",
            "| licence | pictures | \(counted) |",
            "|---|---|---|",
        ]
        let order = licences.keys.sorted()
        for licence in order {
            let sources = licences[licence] ?? []
            let entries = sources.reduce(0) { $0 + counts[$1] }
            lines.append("| \(Self.cell(licence)) | \(sources.count) | \(entries) |")
        }
        for licence in order { lines += section(licence, licences[licence] ?? []) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func section(_ licence: String, _ indices: [Int]) -> [String] {
        var lines = ["", "## \(Self.cell(licence))", ""]
        let urls = Set(indices.compactMap { sources[$0].record.licenceURL }).sorted()
        if !urls.isEmpty { lines += urls.map { "<\(Self.plain($0))>" } + [""] }
        lines += ["| picture | author | origin | \(counted) |", "|---|---|---|---|"]
        let sorted = indices.sorted {
            let (a, b) = (sources[$0], sources[$1])
            return (a.record.author ?? "", a.path, a.sha256)
                < (b.record.author ?? "", b.path, b.sha256)
        }
        for index in sorted {
            let source = sources[index]
            let title = source.record.title.map { "\($0) (\(source.path))" } ?? source.path
            lines.append(
                "| \(Self.cell(title)) | \(Self.cell(source.record.author ?? "unknown")) "
                    + "| \(Self.cell(source.record.origin ?? "unknown")) | \(counts[index]) |")
        }
        return lines
    }

    /// A text that cannot end its cell of a table.
    private static func cell(_ text: String) -> String {
        plain(text).replacing("\\", with: "\\\\").replacing("|", with: "\\|")
            .replacing("<", with: "&lt;")
    }

    private static func plain(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }
}

extension MemorySource {
    /// The text to publish beside what was made with textures of some pictures.
    ///
    /// - Parameters:
    ///   - uses: How often each picture was used.
    ///   - opening: A sentence to begin with.
    ///   - counted: What is counted, the head of a column.
    /// - Returns: Markdown: pictures by licence and author.
    public static func attribution(
        of uses: [MemorySource: Int], opening: String, counted: String
    ) -> String {
        let sources = uses.keys.sorted { ($0.path, $0.sha256) < ($1.path, $1.sha256) }
        return Attribution(
            sources: sources, counts: sources.map { uses[$0] ?? 0 }, opening: opening,
            counted: counted
        ).text
    }
}
