internal import ArgumentParser
internal import Foundation
internal import SemanticPrompts

/// Where answers are remembered.
struct CacheArguments: ParsableArguments {
    @Option(
        name: .customLong("cache"),
        help: ArgumentHelp(
            "The file of remembered answers. Default: promptscaler/prompts.sqlite in "
                + "XDG_CACHE_HOME or ~/.cache.", valueName: "file"))
    var file: String?

    /// Where the file is, or would be.
    ///
    /// - Throws: ``CommandError`` when nobody says where.
    func url() throws -> URL {
        let environment = ProcessInfo.processInfo.environment
        if let url = file.map({ URL(filePath: $0) }) ?? ServiceConfiguration.cacheFile(environment)
        {
            return url
        }
        throw CommandError(
            .usage, "neither HOME nor XDG_CACHE_HOME is set; name a file with --cache")
    }

    /// The remembered answers.
    func open(_ configuration: ServiceConfiguration) throws -> PromptCache {
        let limit = configuration.cacheMegabytes.map { $0 * 1_000_000 }
        guard limit.map({ $0 > 0 }) ?? true else {
            throw CommandError(.configuration, "cache_megabytes must be 1 or more")
        }
        return try PromptCache(url(), limit: limit ?? PromptCache.standardLimit)
    }
}
