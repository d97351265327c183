internal import ArgumentParser
internal import Foundation
internal import TextureMemory

/// `promptscaler memory add`.
struct MemoryAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add the textures of more photos to a memory.",
        discussion: """
            The entries that are there stay. A patch of the new pictures becomes an entry when it \
            is farther from all entries than the memory's covering radius. Pictures that the \
            memory has already, or copies of them, are passed over. An interrupted run goes on \
            when it is started again; the memory is replaced in one step at the end.
            """)

    @OptionGroup var memory: MemoryArgument

    @Argument(help: ArgumentHelp("Files and folders.", valueName: "corpus"))
    var corpus: [String]

    @Option(help: ArgumentHelp("The most entries to add.", valueName: "count"))
    var size = BuildParameters().size

    @OptionGroup var candidates: CandidateArguments
    @OptionGroup(title: "Licences and tags") var sources: CorpusArguments
    @OptionGroup(title: "Tag service") var tagging: TaggingArguments
    @OptionGroup(title: "Models") var networks: EncoderArguments

    @Flag(help: "Discard what an earlier run has done.")
    var restart = false

    @Flag(help: "Print what was found and added as a line of JSON to standard output.")
    var json = false

    @Flag(name: [.short, .long], help: "Say nothing but errors.")
    var quiet = false

    func run() throws {
        let folder = try memory.folder(networks.models)
        let corpus = try sources.corpus(corpus)
        let parameters = candidates.parameters(size: size)
        let addition = try MemoryAddition(
            encoder: networks.encoder(), parameters: parameters,
            threads: networks.threading.count,
            tagger: tagging.tagger(maximumPixels: parameters.maximumPixels))
        let report = try MemoryWork(isQuiet: quiet).run { progress in
            try addition.add(corpus, to: folder, restarts: restart, progress: progress)
        }
        if json { return try Console.result(json: report) }
        if quiet { return }
        let text = BuildReportText(
            report, isDryRun: false, hasTable: sources.licence != nil, verb: "added")
        for line in text.lines { Console.say(line) }
    }
}
