/// A text to publish beside a memory, or beside what was made with it: whose pictures are in it.
struct Attribution {
    private let contents: MemoryContents

    init(_ contents: MemoryContents) {
        self.contents = contents
    }

    /// The text in Markdown: sources by licence and author, each with its origin.
    var text: String {
        var counts = [Int](repeating: 0, count: contents.sources.count)
        for entry in contents.entries { counts[entry.source] += 1 }
        let used = contents.sources.indices.filter { counts[$0] > 0 }
        let licences = Dictionary(grouping: used) { contents.sources[$0].record.licenceOrUnknown }
        var lines = [
            "# Attribution",
            "",
            "This texture memory holds \(contents.entries.count) small latents cut from "
                + "\(used.count) pictures. Each picture stays under its own licence.",
            "",
            "| licence | pictures | entries |",
            "|---|---|---|",
        ]
        let order = licences.keys.sorted()
        for licence in order {
            let sources = licences[licence] ?? []
            let entries = sources.reduce(0) { $0 + counts[$1] }
            lines.append("| \(Self.cell(licence)) | \(sources.count) | \(entries) |")
        }
        for licence in order {
            lines += section(licence, licences[licence] ?? [], counts)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func section(_ licence: String, _ sources: [Int], _ counts: [Int]) -> [String] {
        var lines = ["", "## \(Self.cell(licence))", ""]
        let urls = Set(sources.compactMap { contents.sources[$0].record.licenceURL }).sorted()
        if !urls.isEmpty { lines += urls.map { "<\(Self.plain($0))>" } + [""] }
        lines += ["| picture | author | origin | entries |", "|---|---|---|---|"]
        let sorted = sources.sorted {
            let (a, b) = (contents.sources[$0], contents.sources[$1])
            return (a.record.author ?? "", a.path, a.sha256)
                < (b.record.author ?? "", b.path, b.sha256)
        }
        for index in sorted {
            let source = contents.sources[index]
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
