internal import ArgumentParser
internal import Foundation
internal import ModelStore

/// `promptscaler models`.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "Show the models on this machine.",
        subcommands: [List.self], defaultSubcommand: List.self)

    /// `promptscaler models list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the models found, whether they are whole, and where they lie.",
            discussion: """
                Every file is compared with the size and SHA-256 in the model's manifest. The exit \
                status is 78 if a model is damaged and 69 if there is none.
                """)

        @OptionGroup var models: ModelArguments

        @Flag(help: "Print a line of JSON for each model.")
        var json = false

        func run() throws {
            let store = models.store
            let entries = store.all().map(ModelRecord.init)
            if json {
                for entry in entries { try Console.result(json: entry) }
            } else {
                for entry in entries { Console.result(entry.text) }
                Console.result("Looked in:")
                for folder in store.searchedFolders { Console.result("  \(folder.path)") }
            }
            if entries.isEmpty {
                throw CommandError(.unavailable, "no model was found")
            }
            if entries.contains(where: { $0.problem != nil }) {
                throw ExitCode(ExitStatus.configuration.rawValue)
            }
        }
    }
}

/// What is told about a model.
struct ModelRecord: Encodable {
    let name: String
    let path: String
    let scale: Int?
    let bytes: Int?
    let licence: String?
    let fingerprint: String?
    let problem: String?

    init(_ entry: ModelStore.Entry) {
        name = entry.name
        path = entry.url.path
        switch entry.model {
        case .success(let folder):
            scale = folder.manifest.scale
            bytes = folder.manifest.files.reduce(0) { $0 + $1.bytes }
            licence = folder.manifest.licence
            fingerprint = folder.manifest.fingerprint
            do throws(ModelError) {
                try folder.verify()
                problem = nil
            } catch {
                problem = error.description
            }
        case .failure(let error):
            (scale, bytes, licence, fingerprint) = (nil, nil, nil, nil)
            problem = error.description
        }
    }

    var text: String {
        if let problem { return "✘ \(name): \(problem)" }
        let size = String(format: "%.1f MB", Double(bytes ?? 0) / 1_000_000)
        let factor = scale.map { "×\($0), " } ?? ""
        return "✔ \(name): \(factor)\(size), \(licence ?? ""), \(path)"
    }
}
