import ArgumentParser
import Foundation
import PromptSR
import Tensors

/// Times a PromptSR model on regions, one worker per thread as the upscaler does.
@main
struct NetworkBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "network-benchmark",
        abstract: "Times a PromptSR model on a batch of equal regions.",
        discussion: """
            The first run plans the operations and is not counted. With --in-turn every line on \
            standard input starts a run, whose seconds are printed: so other programs can run in \
            between.
            """)

    @Argument(help: "The model's folder.", completion: .directory)
    var model: String
    @Option(help: "A safetensors file with 'regions', [R, H, W, 3] in 0…1. Default: a pattern.")
    var input: String?
    @Option(help: "Where to write the results of the first run, as 'results'.")
    var output: String?
    @Option(help: "The side of a region of the pattern, in pixels.")
    var region = 64
    @Option(help: "How many regions of the pattern a run enlarges.")
    var regions = 14
    @Option(help: "How many regions are worked on at the same time.")
    var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "f32 or bf16.")
    var precision = ComputePolicy.Precision.f32
    @Option(help: "How many runs; the best and the median are printed.")
    var runs = 5
    @Flag(help: "Run once for each line on standard input.")
    var inTurn = false

    func run() throws {
        let network = try network()
        let batch = try batch()
        let policy = ComputePolicy(threads: threads, precision: precision)
        let team = try Team(network: network, batch: batch, policy: policy)
        try write(try team.results())
        if inTurn {
            while readLine() != nil { try answer(team.seconds()) }
            return
        }
        let times = try (0..<runs).map { _ in try team.seconds() }.sorted()
        print("best \(times[0]) s, median \(times[times.count / 2]) s,")
        print("\(Double(batch.pixels) / times[0] / 1e3) thousand input pixels a second")
    }

    private func network() throws -> PromptSR {
        let folder = URL(filePath: model)
        return try PromptSR(
            from: Weights(SafetensorsFile(folder.appending(path: "weights.safetensors"))),
            configuration: PromptSRConfiguration(
                json: Data(contentsOf: folder.appending(path: "configuration.json"))))
    }

    private func batch() throws -> Batch {
        if let input { return try Batch(file: URL(filePath: input)) }
        return Batch(patternOf: regions, side: region)
    }

    private func write(_ results: [[Float]]) throws {
        guard let output, let first = results.first else { return }
        var writer = SafetensorsWriter()
        writer.add("results", [results.count, first.count], Array(results.joined()))
        try writer.write(to: URL(filePath: output))
    }

    /// A line that arrives at once, even through a pipe.
    private func answer(_ seconds: Double) throws {
        try FileHandle.standardOutput.write(contentsOf: Data("\(seconds)\n".utf8))
    }
}

extension ComputePolicy.Precision: @retroactive ExpressibleByArgument {}
