import ArgumentParser
import Foundation
import PromptSR
import Tensors

/// Times a PromptSR model on regions, one worker per thread as the upscaler does.
@main
struct NetworkBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "network-benchmark",
        abstract: "Times a PromptSR model on a batch of equal regions.")

    @Argument(help: "The model's folder.", completion: .directory)
    var model: String
    @Option(help: "The side of a region, in pixels.")
    var region = 64
    @Option(help: "How many regions a run enlarges.")
    var regions = 14
    @Option(help: "How many regions are worked on at the same time.")
    var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "f32 or bf16.")
    var precision = ComputePolicy.Precision.f32
    @Option(help: "How many runs; the best and the median are printed.")
    var runs = 5

    func run() throws {
        let folder = URL(filePath: model)
        let network = try PromptSR(
            from: Weights(SafetensorsFile(folder.appending(path: "weights.safetensors"))),
            configuration: PromptSRConfiguration(
                json: Data(contentsOf: folder.appending(path: "configuration.json"))))
        let policy = ComputePolicy(threads: threads, precision: precision)
        let values = (0..<region * region * 3).map { Float($0 * 7919 % 256) / 255 }
        var seconds: [Double] = []
        let contexts = try (0..<threads).map { _ in
            Worker(context: try ComputeContext(policy: policy))
        }
        for _ in 0...runs {
            let begin = ContinuousClock.now
            DispatchQueue.concurrentPerform(iterations: threads) { worker in
                let context = contexts[worker].context
                for _ in stride(from: worker, to: regions, by: threads) {
                    let input = Tensor(values, [region, region, 3], in: context)
                    guard (try? network(input, in: context)) != nil else { fatalError("refused") }
                }
            }
            seconds.append((ContinuousClock.now - begin) / .seconds(1))
        }
        seconds = seconds.dropFirst().sorted()  // the first run plans the operations
        let pixels = Double(region * region * regions)
        print("best \(seconds[0]) s, median \(seconds[seconds.count / 2]) s,")
        print("\(pixels / seconds[0] / 1e3) thousand input pixels a second")
    }
}

/// A context that is used by one thread at a time.
struct Worker: @unchecked Sendable {
    let context: ComputeContext
}

extension ComputePolicy.Precision: @retroactive ExpressibleByArgument {}
