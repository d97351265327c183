internal import Foundation
internal import Imaging
internal import TextureMemory
internal import Upscaling

/// Writes what `--save-maps` and `--attribution` ask for.
final class RestorationRecords {
    private let folder: URL?
    private let attribution: String?
    private var names = Set<String>()
    private var uses: [MemorySource: Int] = [:]

    init(_ arguments: RestorationArguments) {
        folder = arguments.saveMaps.map { URL(filePath: $0) }
        attribution = arguments.attribution
    }

    /// Takes up what was said of a photo, and writes its maps.
    ///
    /// - Parameters:
    ///   - maps: What the diffusion saw.
    ///   - output: The path of the result, or "-".
    /// - Throws: What writing the files throws.
    func add(_ maps: RestorationMaps?, output: String) throws {
        guard let maps else { return }
        let sources = Dictionary(
            maps.sources.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        for texture in maps.patches.flatMap(\.textures) {
            if let source = sources[texture.source] { uses[source, default: 0] += 1 }
        }
        guard let folder else { return }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let name = freeName(output)
        for (map, image) in [("confidence", maps.confidence), ("groups", maps.groups)] {
            try ImageFile.write(
                ImageFile.encode(image, as: .png), to: folder.appending(path: "\(name)-\(map).png"))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        let record = Record(memory: maps.memory, patches: maps.patches)
        try ImageFile.write(
            encoder.encode(record), to: folder.appending(path: "\(name)-textures.json"))
    }

    /// Writes whose textures went into all results together.
    func finish() throws {
        guard let attribution else { return }
        let text = MemorySource.attribution(
            of: uses,
            opening: "The textures that helped to restore these photos were cut from "
                + "\(uses.count) pictures. Each picture stays under its own licence.",
            counted: "uses")
        try Streams.write(Data(text.utf8), to: attribution)
    }

    private struct Record: Encodable {
        let memory: String?
        let patches: [RestorationMaps.Patch]
    }

    /// The result's name without its extension; a number is added where two results share it.
    private func freeName(_ output: String) -> String {
        let file = output == "-" ? "photo" : URL(filePath: output).lastPathComponent
        let base = (file as NSString).deletingPathExtension
        var (name, number) = (base, 1)
        while !names.insert(name).inserted {
            number += 1
            name = "\(base)-\(number)"
        }
        return name
    }
}
