import ArgumentParser
import DegradationPrompts
import Foundation
import Imaging
import ModelStore
import Tensors

/// Times the degradation report of a square picture; loading is not counted.
@main
struct DegradationBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "degradation-benchmark",
        abstract: "Times the degradation report of a square picture.",
        discussion: """
            The first run plans the operations and is not counted. With --in-turn every line on \
            standard input starts a run, whose seconds are printed.
            """)

    @Argument(help: "The folder that holds 'Models' and 'Prompts'.", completion: .directory)
    var home: String
    @Option(help: "The picture's side, in pixels.")
    var side = 512
    @Option(help: "How many blocks are looked at at the same time.")
    var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "f32 or bf16.")
    var precision = ComputePolicy.Precision.f32
    @Option(help: "How many runs; the best and the median are printed.")
    var runs = 20
    @Flag(help: "Run once for each line on standard input.")
    var inTurn = false

    func run() throws {
        let prompter = try DegradationPrompter.load(
            from: ModelStore(roots: [URL(filePath: home)]))
        let picture = Image(
            width: side, height: side, channels: .rgb,
            pixels: (0..<side * side * 3).map { Float($0 * 7919 % 256) / 255 })
        let policy = ComputePolicy(threads: threads, precision: precision)
        func seconds() throws -> Double {
            let begin = ContinuousClock.now
            _ = try prompter.report(of: picture, policy: policy)
            return (ContinuousClock.now - begin) / .seconds(1)
        }
        _ = try seconds()
        if inTurn {
            while readLine() != nil {
                print(try seconds())
                fflush(nil)
            }
            return
        }
        let times = try (0..<runs).map { _ in try seconds() }.sorted()
        print("best \(times[0]) s, median \(times[times.count / 2]) s")
    }
}

extension ComputePolicy.Precision: @retroactive ExpressibleByArgument {}
