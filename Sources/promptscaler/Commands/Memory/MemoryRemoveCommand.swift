internal import ArgumentParser
internal import TextureMemory

/// `promptscaler memory remove`.
struct MemoryRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take pictures out of a memory, by name or by licence.",
        discussion: """
            All other entries stay what they are; nothing is encoded again. What goes is printed. \
            In patterns * stands for any letters and ? for one.

            EXAMPLES
              promptscaler memory remove textures --source 'holiday/*'
              promptscaler memory remove textures --licence 'CC-BY-NC*' --dry-run
            """)

    @OptionGroup var memory: MemoryArgument

    @Option(
        help: ArgumentHelp(
            "Pictures whose path fits; may be given several times.", valueName: "pattern"))
    var source: [String] = []

    @Option(
        help: ArgumentHelp(
            "Pictures whose licence fits, such as unknown; may be given several times.",
            valueName: "pattern"))
    var licence: [String] = []

    @Flag(help: "Only tell what would go.")
    var dryRun = false

    @Flag(help: "Print what went as a line of JSON.")
    var json = false

    @OptionGroup var models: ModelArguments

    func validate() throws {
        if source.isEmpty && licence.isEmpty {
            throw ValidationError("Give --source or --licence.")
        }
    }

    func run() throws {
        let memory = try TextureMemory(memory.folder(models), expecting: nil)
        let removal = MemoryRemoval(
            from: memory,
            .init(sources: source.map(NamePattern.init), licences: licence.map(NamePattern.init)))
        let report = dryRun ? try removal.plan() : try removal.run()
        if json { return try Console.result(json: report) }
        for picture in report.sources {
            Console.result("\(picture.path) (\(picture.licence)): \(picture.entries) entries")
        }
        Console.result(
            "\(report.removed) entries of \(report.sources.count) pictures "
                + "\(dryRun ? "would go" : "removed"), \(report.entries) stay")
    }
}
