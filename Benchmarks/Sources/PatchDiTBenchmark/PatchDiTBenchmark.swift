import ArgumentParser
import Diffusion
import Foundation
import Tensors

/// Times one step of Patch-DiT on a batch of patches, whose conditions are made before.
@main
struct PatchDiTBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patch-dit-benchmark",
        abstract: "Times a step of Patch-DiT on a batch of patches.",
        discussion: """
            The first step plans the operations and is not counted. Then every line on standard \
            input starts a step, whose seconds are printed: so other programs can run in between.
            """)

    @Argument(help: "The model's folder.", completion: .directory)
    var model: String
    @Option(
        help: """
            A safetensors file with 'z' and 'coarse' [B, V, V, c], 'textures' [B, K, V, V, c], \
            'similarities' [B, K] and 'degradation' [B, G, size].
            """)
    var input: String
    @Option(help: "Where to write the results of the first step, as 'results'.")
    var output: String
    @Option(help: "The step t, 1 to 1000.")
    var time = 500
    @Option(help: "Patches that go through the network together, as 16 do in 'upscale'.")
    var together = 16
    @Option(help: "How many such batches are worked on at the same time.")
    var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "f32 or bf16.")
    var precision = ComputePolicy.Precision.f32

    func run() throws {
        let folder = URL(filePath: model)
        let network = try PatchDiT(
            from: Weights(SafetensorsFile(folder.appending(path: "weights.safetensors"))),
            configuration: PatchDiTConfiguration(
                json: Data(contentsOf: folder.appending(path: "configuration.json"))),
            fingerprint: "")
        let patches = try PatchFile(SafetensorsFile(URL(filePath: input)))
        let policy = ComputePolicy(threads: threads, precision: precision)
        let crew = try StepCrew(network, patches, together: together, t: time, policy: policy)
        var writer = SafetensorsWriter()
        writer.add("results", patches.shape, try crew.step().results)
        try writer.write(to: URL(filePath: output))
        while readLine() != nil {
            print(try crew.step().seconds)
            fflush(nil)
        }
    }
}

extension ComputePolicy.Precision: @retroactive ExpressibleByArgument {}
