internal import ArgumentParser
internal import Foundation
internal import ModelStore
internal import SemanticPrompts

/// What `upscale` is told, or asks, about its photos.
struct PhotoPromptArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A bundle of 'promptscaler prompt', or a folder of them, which are found by their "
                + "photos: its tags say which textures rank higher, its degradation report "
                + "replaces the classifier's.",
            valueName: "path"))
    var bundle: String?

    @OptionGroup var steering: SteeringArguments
    @OptionGroup var services: ServiceArguments
    @OptionGroup var cache: CacheArguments

    @Flag(
        help: ArgumentHelp(
            "Fail where a service does not answer. Without this, the photo goes on without a prompt."
        ))
    var requireSemanticPrompt = false

    /// The first option that was given, if any was.
    var given: String? {
        let options: [(String, Bool)] = [
            ("--bundle", bundle != nil), ("--tags", steering.tags != nil),
            ("--describe-url", services.describeURL != nil), ("--tag-url", services.tagURL != nil),
            ("--require-semantic-prompt", requireSemanticPrompt),
        ]
        return options.first { $0.1 }?.0
    }

    /// Whether somebody is asked for tags, or gives them.
    var givesTags: Bool { steering.tags != nil || services.tagURL != nil }

    /// Where prompts come from; reads the bundles.
    ///
    /// Services are asked only when they are named on the command line, or required.
    ///
    /// - Parameters:
    ///   - models: Where the template of instructions lies.
    ///   - maxMegapixels: Photos with more are refused.
    /// - Returns: The prompts.
    /// - Throws: ``PromptError`` and ``CommandError``.
    func prompts(models: ModelArguments, maxMegapixels: Int) throws -> PhotoPrompts {
        var prompter: Prompter?
        if services.describeURL != nil || services.tagURL != nil || requireSemanticPrompt {
            let configuration = try ServiceConfiguration()
            let named = try services.services(configuration)
            if !named.isEmpty {
                prompter = Prompter(
                    tagger: named.tagger, describer: named.describer,
                    template: try PromptTemplate(roots: models.store.roots),
                    client: try services.connection.client(concurrency: 1, configuration),
                    cache: try cache.open(configuration))
            } else if bundle == nil {
                throw CommandError(
                    .usage, "--require-semantic-prompt needs --bundle, --tag-url or --describe-url")
            }
        }
        return PhotoPrompts(
            bundles: try bundle.map { try BundleShelf($0) }, prompter: prompter,
            preparation: PhotoPreparation(
                longestSide: SentPhoto.standardSide, maximumPixels: maxMegapixels * 1_000_000),
            isRequired: requireSemanticPrompt, tags: steering.tagList,
            tagWeight: steering.tagWeight)
    }
}
