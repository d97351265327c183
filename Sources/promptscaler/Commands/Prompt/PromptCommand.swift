internal import ArgumentParser

/// `promptscaler prompt`.
struct PromptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prompt",
        abstract: "Say what photos show, for upscalers that take prompts.",
        discussion: """
            EXAMPLES
              promptscaler prompt semantic photo.jpg \\
                --describe-url http://localhost:8000/v1
              promptscaler prompt cache info
            """,
        subcommands: [PromptSemanticCommand.self, PromptCacheCommand.self])
}
