internal import ArgumentParser
internal import Foundation
internal import TextureMemory

/// `promptscaler memory build`.
struct MemoryBuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Build a memory from a folder of photos.",
        discussion: """
            Every picture is looked at, duplicates are dropped, and a random sample of patches is \
            encoded; the entries are those that lie farthest apart. Files that cannot be read are \
            named and passed over.

            Finished work is kept beside the memory, in OUT.building: after Ctrl-C, a power cut or \
            a crash start the same command again. The memory appears when it is complete. The same \
            corpus gives the same bytes, whatever the order of files and the number of threads.

            EXAMPLES
              With licences, so that the memory can be published:
                promptscaler memory build photos/ -o textures --licence photos.csv \
            --only-licence 'CC0-1.0,CC-BY-*'
              With tags of a service, by which textures can be found for a photo's tags:
                promptscaler memory build photos/ -o textures \
            --tags-from http://localhost:9000/tags
              What is in the folder?
                promptscaler memory build photos/ -o textures --dry-run
              A corpus in four parts, on four machines or one after the other:
                promptscaler memory build photos/ -o part1 --shard 1/4
                promptscaler memory merge part1 part2 part3 part4 -o textures
            """)

    @Argument(help: ArgumentHelp("Files and folders.", valueName: "corpus"))
    var corpus: [String]

    @Option(name: [.short, .long], help: ArgumentHelp("The memory's folder.", valueName: "out"))
    var output: String

    @Option(help: ArgumentHelp("Entries of the memory.", valueName: "count"))
    var size = BuildParameters().size

    @OptionGroup var candidates: CandidateArguments

    @Option(
        help: ArgumentHelp(
            "Build only one part of the corpus, such as 1/4. Each part encodes up to --initial "
                + "patches and gets --size entries; 'memory merge' makes one of them.",
            valueName: "i/n"))
    var shard = ShardArgument()

    @Option(
        help: ArgumentHelp(
            "Weight of keys beside values in the distance of patches.", valueName: "factor"))
    var keyWeight = BuildParameters().keyWeight

    @OptionGroup(title: "Licences and tags") var sources: CorpusArguments
    @OptionGroup(title: "Tag service") var tagging: TaggingArguments
    @OptionGroup(title: "Models") var networks: EncoderArguments

    @Flag(help: "Only look at the corpus and tell what is in it; write nothing.")
    var dryRun = false

    @Flag(help: "Replace a memory that is there.")
    var overwrite = false

    @Flag(help: "Discard what an earlier run has done.")
    var restart = false

    @Flag(help: "Print what was found and made as a line of JSON to standard output.")
    var json = false

    @Flag(name: [.short, .long], help: "Say nothing but errors.")
    var quiet = false

    func run() throws {
        var parameters = candidates.parameters(size: size)
        parameters.shard = shard.shard
        parameters.keyWeight = keyWeight
        let corpus = try sources.corpus(corpus)
        let builder = try MemoryBuilder(
            encoder: networks.encoder(), parameters: parameters,
            threads: networks.threading.count,
            tagger: dryRun ? nil : tagging.tagger(maximumPixels: parameters.maximumPixels))
        let work = MemoryWork(isQuiet: quiet)
        let report = try work.run { progress in
            dryRun
                ? try builder.survey(corpus, progress: progress)
                : try builder.build(
                    corpus, to: URL(filePath: output), overwrites: overwrite, restarts: restart,
                    progress: progress)
        }
        if json { return try Console.result(json: report) }
        let text = BuildReportText(report, isDryRun: dryRun, hasTable: sources.licence != nil)
        if dryRun {
            for line in text.lines { Console.result(line) }
        } else if !quiet {
            for line in text.lines + ["→ \(output)"] { Console.say(line) }
        }
    }
}
