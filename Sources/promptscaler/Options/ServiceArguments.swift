internal import ArgumentParser
internal import Foundation
internal import SemanticPrompts

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
            "A file that holds its key. Default: PROMPTSCALER_API_KEY.", valueName: "file"))
    var apiKeyFile: String?

    @Option(
        help: ArgumentHelp(
            "The service that names what is in a photo, such as http://localhost:9000/tags.",
            valueName: "url"))
    var tagURL: String?

    @OptionGroup var tagService: TagServiceArguments

    @OptionGroup var connection: ConnectionArguments

    func validate() throws {
        if let maxTokens, !(1...100_000).contains(maxTokens) {
            throw ValidationError("--max-tokens must be from 1 to 100000, not \(maxTokens).")
        }
        if let describeAPI, DescriptionEndpoint.API(rawValue: describeAPI) == nil {
            throw ValidationError("--describe-api must be openai or ollama, not '\(describeAPI)'.")
        }
    }

    /// The services that are named.
    struct Services {
        var describer: DescriptionEndpoint?
        var tagger: TagEndpoint?
        var certificates: URL?

        /// Whether there is somebody to ask.
        var isEmpty: Bool { describer == nil && tagger == nil }
    }

    /// The services.
    ///
    /// - Parameter configuration: What environment and file say.
    /// - Returns: Neither, one, or both.
    /// - Throws: ``CommandError`` or ``PromptError`` when something about them is wrong.
    func services(_ configuration: ServiceConfiguration) throws -> Services {
        var services = Services()
        let describe = configuration.describe
        if let url = describeURL ?? describe.url {
            services.describer = DescriptionEndpoint(
                address: try ServiceValue.address(url, "--describe-url"),
                api: try ServiceValue.api(describeAPI ?? describe.api, "describe"),
                model: describeModel ?? describe.model,
                key: try ServiceValue.key(
                    file: apiKeyFile, variable: configuration.describeKey,
                    configured: describe.keyFile),
                maximumTokens: maxTokens ?? describe.maxTokens ?? 160, limits: connection.limits)
        }
        if let url = tagURL ?? configuration.tag.url {
            services.tagger = try tagService.endpoint(
                url, option: "--tag-url", configuration, limits: connection.limits)
        }
        services.certificates = try connection.certificateFile(configuration)
        return services
    }
}
