internal import ArgumentParser
internal import Foundation
internal import Imaging
internal import TextureMemory

/// `promptscaler memory query`.
struct MemoryQueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Show which textures a memory has for a photo.",
        discussion: """
            The photo is enlarged, encoded, and cut into the patches that the diffusion works on; \
            for each the most similar entries are found. Without --json or --sheet the best entry \
            of each patch is printed: place, similarity, entry, picture, licence. With --tags \
            entries with such tags rank higher; the similarity that is printed stays the cosine.
            """)

    @OptionGroup var memory: MemoryArgument

    @Argument(help: ArgumentHelp("The photo.", valueName: "photo"))
    var photo: String

    @Option(help: ArgumentHelp("Entries for each patch.", valueName: "count"))
    var top = 8

    @Option(
        help: ArgumentHelp("How many times the photo is enlarged first.", valueName: "factor"))
    var scale = 4.0

    @OptionGroup var steering: SteeringArguments

    @Option(
        help: ArgumentHelp(
            "Write a contact sheet: patches of the photo, each beside its entries.",
            valueName: "png"))
    var sheet: String?

    @Option(help: ArgumentHelp("The most patches on the sheet.", valueName: "count"))
    var rows = 24

    @Flag(help: "Print a line of JSON for each patch.")
    var json = false

    @OptionGroup(title: "Models") var networks: EncoderArguments

    func validate() throws {
        guard (1...1000).contains(top) else {
            throw ValidationError("--top must be from 1 to 1000, not \(top).")
        }
        guard scale > 0, scale <= 64 else {
            throw ValidationError("--scale must be above 0 and at most 64, not \(scale).")
        }
        guard (1...1000).contains(rows) else {
            throw ValidationError("--rows must be from 1 to 1000, not \(rows).")
        }
    }

    func run() throws {
        let encoder = try networks.encoder()
        let memory = try TextureMemory(
            memory.folder(networks.models), expecting: encoder.fingerprint)
        let image = try ImageFile.read(URL(filePath: photo)).image
        let answer = try MemoryQuery(memory, encoder: encoder, threads: networks.threading.count)
            .run(
                image, scale: scale, count: top, tags: steering.tagList,
                weight: steering.tagWeight)
        if !steering.tagList.isEmpty, answer.agreement.count == 0 {
            Console.say("No entry of the memory has one of these tags.")
        }
        if let sheet {
            let picture = try ContactSheet(memory, encoder: encoder).sheet(answer, rows: rows)
            try ImageFile.write(ImageFile.encode(picture, as: .png), to: URL(filePath: sheet))
        }
        if json {
            for patch in answer.patches { try Console.result(json: patch) }
        } else if sheet == nil {
            for patch in answer.patches {
                guard let best = patch.matches.first else { continue }
                Console.result(
                    "\(patch.position.x),\(patch.position.y)\t"
                        + String(format: "%.3f", best.similarity)
                        + "\t#\(best.entry)\t\(best.source)\t\(best.licence)")
            }
        }
    }
}
