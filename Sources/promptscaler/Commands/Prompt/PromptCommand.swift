internal import ArgumentParser

/// `promptscaler prompt`.
struct PromptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prompt",
        abstract: "Say what photos show and how they were degraded.",
        discussion: """
            EXAMPLES
              promptscaler prompt degradation photo.jpg
            """,
        subcommands: [PromptDegradationCommand.self])
}
