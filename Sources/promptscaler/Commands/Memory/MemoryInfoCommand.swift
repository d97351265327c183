internal import ArgumentParser
internal import Foundation
internal import TextureMemory

/// `promptscaler memory info`.
struct MemoryInfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Tell what is in a memory and how it was made.")

    @OptionGroup var memory: MemoryArgument

    @Flag(help: "Print a line of JSON.")
    var json = false

    @OptionGroup var models: ModelArguments

    func run() throws {
        let info = try MemoryInfo(TextureMemory(memory.folder(models), expecting: nil))
        if json { return try Console.result(json: info) }
        for line in info.lines { Console.result(line) }
    }
}

/// What is told about a memory.
struct MemoryInfo: Encodable {
    let name: String
    let path: String
    let bytes: Int
    let entries: Int
    let pictures: Int
    /// Entries by licence.
    let licences: [String: Int]
    let description: MemoryDescription

    init(_ memory: TextureMemory) throws {
        let sources = try memory.sources()
        var licences: [String: Int] = [:]
        for entry in try memory.entries() where sources.indices.contains(entry.source) {
            licences[sources[entry.source].record.licenceOrUnknown, default: 0] += 1
        }
        name = memory.name
        path = memory.url.path
        bytes = memory.byteCount
        entries = memory.count
        pictures = sources.count
        self.licences = licences
        description = memory.description
    }

    var lines: [String] {
        let (shape, parameters) = (description.shape, description.parameters)
        var lines = [
            "\(name): \(entries) entries of \(pictures) pictures, "
                + String(format: "%.1f MB", Double(bytes) / 1e6),
            "  lies in    \(path)",
            "  value      \(shape.side)×\(shape.side)×\(shape.channels), "
                + "\(shape.sidePixels) pixels a side",
            "  key        \(shape.keySize) numbers",
            "  index      \(description.indexFactory) \(description.indexSearch)",
            "  groups     \(description.clusters)",
            "  built of   at most \(parameters.initial) patches, seed \(parameters.seed), "
                + "shard \(parameters.shard)",
            "  radius     "
                + (description.coveringRadius.map { BuildReportText.rounded($0) }
                    ?? "unknown, since entries were removed"),
            "  autoencoder \(description.fingerprint.autoencoder)",
            "  classifier  \(description.fingerprint.classifier)",
            "  licences",
        ]
        for (licence, count) in licences.sorted(by: { (-$0.value, $0.key) < (-$1.value, $1.key) }) {
            lines.append("    \(licence): \(count) entries")
        }
        return lines
    }
}
