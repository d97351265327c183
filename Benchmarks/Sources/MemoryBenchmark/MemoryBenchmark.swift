import ArgumentParser

/// Times the parts of a texture memory that decide how large it can be.
@main
struct MemoryBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "memory-benchmark",
        abstract: "Times farthest point sampling and the index of keys.",
        subcommands: [Sample.self, Index.self])
}
