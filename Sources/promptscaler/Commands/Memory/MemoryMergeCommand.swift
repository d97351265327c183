internal import ArgumentParser
internal import Foundation
internal import ModelStore
internal import TextureMemory

/// `promptscaler memory merge`.
struct MemoryMergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Make one memory of several.",
        discussion: """
            The entries of all are chosen among again, as if they were one corpus. Memories made \
            with other models are refused. The order of the memories changes nothing.
            """)

    @Argument(help: ArgumentHelp("Names or folders of memories.", valueName: "memory"))
    var memories: [String]

    @Option(
        name: [.short, .long], help: ArgumentHelp("The new memory's folder.", valueName: "out"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "Entries of the new memory. Default: as many as the largest has.", valueName: "count"))
    var size: Int?

    @OptionGroup var threading: ThreadArguments
    @OptionGroup var models: ModelArguments

    @Flag(help: "Replace a memory that is there.")
    var overwrite = false

    @Flag(help: "Print what was done as a line of JSON to standard output.")
    var json = false

    @Flag(name: [.short, .long], help: "Say nothing but errors.")
    var quiet = false

    func validate() throws {
        if memories.count < 2 { throw ValidationError("Give at least two memories.") }
        if let size, size < 1 { throw ValidationError("--size must be at least 1, not \(size).") }
    }

    func run() throws {
        let store = MemoryStore(roots: models.store.roots)
        let opened = try memories.map {
            try TextureMemory(store.folder(named: $0), expecting: nil)
        }
        let report = try MemoryWork(isQuiet: quiet).run { progress in
            try MemoryMerge(threads: threading.count).merge(
                opened, to: URL(filePath: output), size: size, overwrites: overwrite,
                progress: progress)
        }
        if json { return try Console.result(json: report) }
        if quiet { return }
        Console.say("\(report.candidates) entries of \(report.memories) memories")
        if report.sameEntries > 0 { Console.say("  \(report.sameEntries) were in two of them") }
        if report.copies > 0 { Console.say("  \(report.copies) are of copies of a picture") }
        let radius = report.coveringRadius.map {
            ", no patch farther than \(BuildReportText.rounded($0))"
        }
        Console.say("\(report.entries) entries chosen\(radius ?? "") → \(output)")
    }
}
