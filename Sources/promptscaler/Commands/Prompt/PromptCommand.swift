internal import ArgumentParser

/// `promptscaler prompt`.
struct PromptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prompt",
        abstract: "Say what photos show and how they were degraded.",
        discussion: """
            EXAMPLES
              promptscaler prompt photo.jpg
              promptscaler prompt degradation photo.jpg
              promptscaler prompt semantic photo.jpg \\
                --describe-url http://localhost:8000/v1
              promptscaler prompt cache info
            """,
        subcommands: [
            PromptBothCommand.self, PromptDegradationCommand.self, PromptSemanticCommand.self,
            PromptCacheCommand.self,
        ], defaultSubcommand: PromptBothCommand.self)
}
