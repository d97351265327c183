internal import ArgumentParser
internal import Foundation
internal import Imaging
internal import TextureMemory

/// `promptscaler memory show`.
struct MemoryShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Draw all entries of a memory, grouped by what they look like.")

    @OptionGroup var memory: MemoryArgument

    @Option(name: [.short, .long], help: ArgumentHelp("The picture to write.", valueName: "png"))
    var output: String

    @Option(help: ArgumentHelp("Side of each entry.", valueName: "pixels"))
    var side = 64

    @Option(help: ArgumentHelp("Entries in a row.", valueName: "count"))
    var columns = 32

    @Option(
        help: ArgumentHelp(
            "Only entries with these words, or their beginnings, among their tags.",
            valueName: "words"))
    var tags: String?

    @OptionGroup(title: "Models") var networks: EncoderArguments

    func validate() throws {
        guard (8...512).contains(side), (1...512).contains(columns) else {
            throw ValidationError("--side must be from 8 to 512, --columns from 1 to 512.")
        }
    }

    func run() throws {
        let encoder = try networks.encoder()
        let memory = try TextureMemory(
            memory.folder(networks.models), expecting: encoder.fingerprint)
        let words = tags?.split(separator: " ").map(String.init) ?? []
        let entries = words.isEmpty ? nil : try memory.entries(tagged: words)
        if let entries, entries.isEmpty {
            throw CommandError(.noInput, "no entry has the tags '\(words.joined(separator: " "))'")
        }
        let interruption = Interruption(message: "Stopping …")
        let display = ProgressDisplay(fileCount: 1, isQuiet: false)
        display.begin("decoding entries")
        let sheet = try ContactSheet(memory, encoder: encoder).overview(
            entries, side: side, columns: columns
        ) { done in
            try interruption.check()
            display.update(
                completed: done, total: entries?.count ?? memory.count, unit: "entries")
        }
        display.clear()
        try ImageFile.write(ImageFile.encode(sheet, as: .png), to: URL(filePath: output))
    }
}
