internal import ArgumentParser

/// `promptscaler memory`.
struct MemoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "memory",
        abstract: "Build, search and look after texture memories.",
        discussion: """
            A texture memory is a folder of small pieces of real photos, by which a diffusion \
            model is told what a surface looks like. It is built once from any folder of photos.

            EXAMPLES
              promptscaler memory build photos/ -o textures
              promptscaler memory query textures photo.jpg --sheet sheet.png
              promptscaler memory attribution textures
            """,
        subcommands: [
            MemoryBuildCommand.self, MemoryAddCommand.self, MemoryRemoveCommand.self,
            MemoryMergeCommand.self, MemoryQueryCommand.self, MemoryShowCommand.self,
            MemoryInfoCommand.self, MemoryVerifyCommand.self, MemoryAttributionCommand.self,
        ])
}
