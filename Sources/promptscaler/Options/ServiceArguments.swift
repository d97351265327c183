internal import ArgumentParser
internal import Foundation
internal import SemanticPrompts
internal import Transfer

/// Which services are asked: options over environment over configuration file.
struct ServiceArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The service that describes photos, such as http://localhost:8000/v1.",
            valueName: "url"))
    var describeURL: String?

    @Option(
        help: ArgumentHelp(
            "How it is spoken to: openai or ollama. Default: ollama on Ollama's own port or path.",
            valueName: "api"))
    var describeAPI: String?

    @Option(
        help: ArgumentHelp(
            "Its model. Default: the only one that it has.", valueName: "name"))
    var describeModel: String?

    @Option(
        help: ArgumentHelp("The most tokens of a description.", valueName: "count"))
    var maxTokens: Int?

    @Option(
        help: ArgumentHelp(
            "The service that names what is in a photo, such as http://localhost:9000/tags.",
            valueName: "url"))
    var tagURL: String?

    @Option(
        help: ArgumentHelp(
            "How it is spoken to: plain or open-inference. Default: by its path.",
            valueName: "api"))
    var tagAPI: String?

    @Option(help: ArgumentHelp("Its model, for open-inference.", valueName: "name"))
    var tagModel: String?

    @Option(
        help: ArgumentHelp(
            "Where the tags stand in its answer, such as outputs.0.data.", valueName: "path"))
    var tagsAt: String?

    @Option(
        help: ArgumentHelp(
            "A file that holds the key of the describing service. Default: PROMPTSCALER_API_KEY.",
            valueName: "file"))
    var apiKeyFile: String?

    @Option(
        help: ArgumentHelp(
            "The same for the tag service. Default: PROMPTSCALER_TAG_API_KEY.",
            valueName: "file"))
    var tagKeyFile: String?

    @Option(
        help: ArgumentHelp(
            "Certificates (PEM) to trust instead of the system's.", valueName: "file"))
    var certificates: String?

    @Option(
        help: ArgumentHelp("Seconds that one request may take.", valueName: "seconds"))
    var timeout = 180.0

    func validate() throws {
        guard timeout > 0, timeout <= 86_400 else {
            throw ValidationError("--timeout must be above 0 and at most 86400, not \(timeout).")
        }
        if let maxTokens, !(1...100_000).contains(maxTokens) {
            throw ValidationError("--max-tokens must be from 1 to 100000, not \(maxTokens).")
        }
        if let describeAPI, DescriptionEndpoint.API(rawValue: describeAPI) == nil {
            throw ValidationError("--describe-api must be openai or ollama, not '\(describeAPI)'.")
        }
        if let tagAPI, TagEndpoint.API(rawValue: tagAPI) == nil {
            throw ValidationError("--tag-api must be plain or open-inference, not '\(tagAPI)'.")
        }
        if let tagsAt, AnswerPath(tagsAt) == nil {
            throw ValidationError("--tags-at must be names and numbers with dots between them.")
        }
    }

    /// The services that are named.
    struct Services {
        var describer: DescriptionEndpoint?
        var tagger: TagEndpoint?
        var certificates: URL?
    }

    /// The services.
    ///
    /// - Parameter configuration: What environment and file say.
    /// - Returns: Neither, one, or both.
    /// - Throws: ``CommandError`` or ``PromptError`` when something about them is wrong.
    func services(_ configuration: ServiceConfiguration) throws -> Services {
        var services = Services()
        var limits = TransferLimits(attempt: .seconds(timeout))
        limits.total = max(limits.total, limits.attempt * 2)
        let describe = configuration.describe
        if let url = describeURL ?? describe.url {
            services.describer = DescriptionEndpoint(
                address: try Self.address(url, "--describe-url"),
                api: try Self.api(describeAPI ?? describe.api, "describe"),
                model: describeModel ?? describe.model,
                key: try Self.key(
                    file: apiKeyFile, variable: configuration.describeKey,
                    configured: describe.keyFile),
                maximumTokens: maxTokens ?? describe.maxTokens ?? 160, limits: limits)
        }
        let tag = configuration.tag
        if let url = tagURL ?? tag.url {
            var path: AnswerPath?
            if let text = tagsAt ?? tag.tagsAt {
                path = AnswerPath(text)
                if path == nil { throw CommandError(.usage, "tags_at: '\(text)' is no path") }
            }
            services.tagger = try TagEndpoint(
                address: try Self.address(url, "--tag-url"),
                api: try Self.api(tagAPI ?? tag.api, "tag"), model: tagModel ?? tag.model,
                tagsAt: path, input: tag.input ?? "image", shape: tag.shape ?? [1],
                key: try Self.key(
                    file: tagKeyFile, variable: configuration.tagKey, configured: tag.keyFile),
                limits: limits)
        }
        services.certificates = (certificates ?? configuration.certificates)
            .map { URL(filePath: ($0 as NSString).expandingTildeInPath) }
        if let file = services.certificates,
            !FileManager.default.isReadableFile(atPath: file.path)
        {
            throw CommandError(.noInput, "\(file.lastPathComponent): cannot be read")
        }
        return services
    }

    private static func address(_ text: String, _ option: String) throws -> ServerAddress {
        do {
            return try ServerAddress(text)
        } catch {
            throw CommandError(.usage, "\(option): \(error)")
        }
    }

    private static func api<API: RawRepresentable>(
        _ text: String?, _ name: String
    ) throws -> API? where API.RawValue == String {
        guard let text else { return nil }
        guard let api = API(rawValue: text) else {
            throw CommandError(.usage, "\(name).api: '\(text)' is not known")
        }
        return api
    }

    /// The key of an option's file, or of the environment, or of the configured file.
    private static func key(
        file: String?, variable: String?, configured: String?
    ) throws -> Secret? {
        if file == nil, let variable { return try secret(variable, of: "the environment") }
        guard let path = file ?? configured else { return nil }
        let name = (path as NSString).lastPathComponent
        let expanded = (path as NSString).expandingTildeInPath
        guard let text = try? String(contentsOfFile: expanded, encoding: .utf8) else {
            throw CommandError(.noInput, "the key file \(name) cannot be read")
        }
        return try secret(text, of: name)
    }

    private static func secret(_ text: String, of place: String) throws -> Secret {
        guard let secret = Secret(text) else {
            throw CommandError(
                .usage, "the key of \(place) is empty, or more than one word of plain letters")
        }
        return secret
    }
}
