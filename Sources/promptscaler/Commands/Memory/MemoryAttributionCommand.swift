internal import ArgumentParser
internal import Foundation
internal import Imaging
internal import TextureMemory

/// `promptscaler memory attribution`.
struct MemoryAttributionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attribution",
        abstract: "Print whose pictures are in a memory, and under which licences.",
        discussion: """
            The text is Markdown, to publish with the memory or with what is made with it. Every \
            memory holds it as ATTRIBUTION.md, too.
            """)

    @OptionGroup var memory: MemoryArgument

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("A file to write instead of standard output.", valueName: "file"))
    var output: String?

    @OptionGroup var models: ModelArguments

    func run() throws {
        let text = try TextureMemory(memory.folder(models), expecting: nil).attribution()
        if let output {
            try ImageFile.write(Data(text.utf8), to: URL(filePath: output))
        } else {
            Console.result(String(text.dropLast()))
        }
    }
}
