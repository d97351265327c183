internal import ArgumentParser
internal import Foundation
internal import SemanticPrompts

/// `promptscaler prompt cache`.
struct PromptCacheCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Look after the remembered answers of services.",
        subcommands: [PromptCacheInfoCommand.self, PromptCacheClearCommand.self])
}

/// `promptscaler prompt cache info`.
struct PromptCacheInfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Tell how many answers are remembered.")

    @OptionGroup var cache: CacheArguments

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let information = try cache.open(ServiceConfiguration()).information()
        if json { return try Console.result(json: information) }
        Console.result(
            "\(information.answers) answers, \(information.bytes) bytes of at most "
                + "\(information.limit)")
        for (model, count) in information.models.sorted(by: { $0.key < $1.key }) {
            Console.result("  \(model): \(count)")
        }
    }
}

/// `promptscaler prompt cache clear`.
struct PromptCacheClearCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear",
        abstract: "Forget all answers.",
        discussion: "Services are asked again, and paid again where they cost something.")

    @OptionGroup var cache: CacheArguments

    func run() throws {
        do {
            let count = try cache.open(ServiceConfiguration()).clear()
            Console.result("\(count) answers forgotten")
        } catch PromptError.cache(_, let reason) {
            // What cannot be opened holds nothing that could be kept; only our own file is removed.
            guard cache.file == nil else {
                throw CommandError(
                    .cannotCreate, "\(try cache.url().lastPathComponent): \(reason); remove it")
            }
            let url = try cache.url()
            for suffix in ["", "-journal", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: url.path + suffix)
            }
            Console.result("the file was damaged and is removed: \(reason)")
        }
    }
}
