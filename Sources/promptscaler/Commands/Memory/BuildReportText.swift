internal import TextureMemory

/// A report of a build for people.
struct BuildReportText {
    /// The lines, most of them only when there is something to say.
    let lines: [String]

    /// Names of files that are listed; the rest is counted.
    private static let most = 10

    /// - Parameters:
    ///   - report: The report.
    ///   - isDryRun: Whether nothing was built.
    ///   - hasTable: Whether there was a table of licences.
    ///   - verb: What happened to the entries.
    init(_ report: BuildReport, isDryRun: Bool, hasTable: Bool, verb: String = "chosen") {
        var lines = ["\(report.files) files"]
        func count(_ number: Int, _ text: String) {
            if number > 0 { lines.append("  \(number) \(text)") }
        }
        count(report.filtered, "left out by the filter")
        count(report.otherShards, "belong to other shards")
        count(report.exactDuplicates, "have the bytes of another")
        count(report.copies, "are copies of another, resized or compressed again")
        count(report.known, "are in the memory already")
        count(report.tooSmall, "have no room for a patch")
        count(report.unreadable.count, "cannot be read:")
        lines += Self.list(report.unreadable.map { "\($0.file): \($0.reason)" })
        if hasTable {
            count(report.withoutRow.count, "are not in the table of licences:")
            lines += Self.list(report.withoutRow)
            count(report.otherRow.count, "are not the files that the table is about (SHA-256):")
            lines += Self.list(report.otherRow)
        }
        lines.append(
            "\(report.places) places in \(report.pictures) pictures"
                + (report.flat > 0 ? ", \(report.flat) of them too flat" : ""))
        if report.tagged > 0 { lines.append("\(report.tagged) pictures tagged") }
        count(report.untagged.count, "have no tags of the service:")
        lines += Self.list(report.untagged.map { "\($0.file): \($0.reason)" })
        lines.append("\(report.candidates) patches \(isDryRun ? "would be encoded" : "encoded")")
        if !isDryRun {
            var line = "\(report.entries) entries \(verb)"
            if let radius = report.coveringRadius {
                line += ", no patch farther than \(BuildReportText.rounded(Double(radius)))"
            }
            lines.append(line)
            count(report.nearDuplicates, "patches are almost the same as an entry")
        }
        self.lines = lines
    }

    /// Three digits after the point.
    static func rounded(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        let digits = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }

    private static func list(_ names: [String]) -> [String] {
        names.prefix(most).map { "    \($0)" }
            + (names.count > most ? ["    and \(names.count - most) more"] : [])
    }
}
