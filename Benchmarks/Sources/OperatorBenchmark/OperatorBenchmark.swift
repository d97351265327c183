import ArgumentParser
import CReference
import Tensors

/// Times every operator of PromptSR on one thread, next to the processor's limits and to oneDNN.
@main
struct OperatorBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator-benchmark",
        abstract: "Times every operator of PromptSR ×4 on a square region, on one thread.",
        discussion: """
            'Plain' is one call of oneDNN of the same shape with packed weights and nothing fused; \
            for attention it is the two products alone. 'Share' is the operator's part of a whole \
            call of the network, if every call took as long as the fastest.
            """)

    @Option(help: "The side of the region, in pixels: a multiple of 16.")
    var region = 64
    @Option(help: "f32 or bf16.")
    var precision = ComputePolicy.Precision.f32

    func run() throws {
        let peak = reference_peak_gflops()
        let cache = reference_read_gigabytes_per_second(1 << 20)
        print(
            "peak \(Int(peak)) GFLOPS, reads of 1 MB \(Int(cache)) GB/s, one thread, \(precision)")
        let context = try ComputeContext(policy: ComputePolicy(threads: 1, precision: precision))
        let measured = try Operators(side: region).all.map {
            ($0, try $0.seconds(in: context), $0.plain())
        }
        let total = measured.reduce(0) { $0 + Double($1.0.calls) * $1.1 }
        print("| operator | calls | µs | share | GFLOPS | of peak | GB/s | plain µs | ratio |")
        print("|---|---|---|---|---|---|---|---|---|")
        for (item, seconds, plain) in measured {
            let gigaflops = item.operations / seconds / 1e9
            let cells: [String] = [
                item.name, "\(item.calls)", tenths(seconds * 1e6),
                percent(Double(item.calls) * seconds / total),
                item.operations > 0 ? tenths(gigaflops) : "",
                item.operations > 0 ? percent(gigaflops / peak) : "",
                tenths(item.bytes / seconds / 1e9),
                plain.map { tenths($0 * 1e6) } ?? "", plain.map { tenths(seconds / $0) } ?? "",
            ]
            print("| \(cells.joined(separator: " | ")) |")
        }
        print("all calls together: \(tenths(total * 1e3)) ms")
    }

    private func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
    private func percent(_ value: Double) -> String { "\(Int((value * 100).rounded())) %" }
}

extension ComputePolicy.Precision: @retroactive ExpressibleByArgument {}
