internal import ArgumentParser
internal import SemanticPrompts
internal import Transfer

/// How a tag service is spoken to, wherever it is.
struct TagServiceArguments: ParsableArguments {
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
            "A file that holds the tag service's key. Default: PROMPTSCALER_TAG_API_KEY.",
            valueName: "file"))
    var tagKeyFile: String?

    func validate() throws {
        if let tagAPI, TagEndpoint.API(rawValue: tagAPI) == nil {
            throw ValidationError("--tag-api must be plain or open-inference, not '\(tagAPI)'.")
        }
        if let tagsAt, AnswerPath(tagsAt) == nil {
            throw ValidationError("--tags-at must be names and numbers with dots between them.")
        }
    }

    /// The service at an address.
    ///
    /// - Parameters:
    ///   - url: The address.
    ///   - option: The option that named it, for errors.
    ///   - configuration: What environment and file say.
    ///   - limits: How long a request may take.
    /// - Returns: The service.
    /// - Throws: ``CommandError`` or ``PromptError`` when something about it is wrong.
    func endpoint(
        _ url: String, option: String, _ configuration: ServiceConfiguration,
        limits: TransferLimits
    ) throws -> TagEndpoint {
        let tag = configuration.tag
        var path: AnswerPath?
        if let text = tagsAt ?? tag.tagsAt {
            path = AnswerPath(text)
            if path == nil { throw CommandError(.usage, "tags_at: '\(text)' is no path") }
        }
        return try TagEndpoint(
            address: try ServiceValue.address(url, option),
            api: try ServiceValue.api(tagAPI ?? tag.api, "tag"), model: tagModel ?? tag.model,
            tagsAt: path, input: tag.input ?? "image", shape: tag.shape ?? [1],
            key: try ServiceValue.key(
                file: tagKeyFile, variable: configuration.tagKey, configured: tag.keyFile),
            limits: limits)
    }
}
