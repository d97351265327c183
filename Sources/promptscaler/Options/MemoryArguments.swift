internal import ArgumentParser
internal import Foundation
internal import ModelStore
internal import TextureMemory

/// A memory that is there: an argument of most subcommands.
struct MemoryArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "A memory's name, such as natural, or the path of its folder.", valueName: "memory"))
    var memory: String

    /// Where it lies.
    func folder(_ models: ModelArguments) throws -> URL {
        try MemoryStore(roots: models.store.roots).folder(named: memory)
    }
}
