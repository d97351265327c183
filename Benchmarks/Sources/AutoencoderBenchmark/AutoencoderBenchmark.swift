import ArgumentParser
import Autoencoding
import Foundation
import Imaging
import Tensors

/// Times the project's own autoencoder on a square picture, tiles and threads as in `reconstruct`.
@main
struct AutoencoderBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "autoencoder-benchmark",
        abstract: "Times an autoencoder on a square picture.",
        discussion: """
            The first run plans the operations and is not counted. With --in-turn every line on \
            standard input starts a run, whose seconds of encoding and decoding are printed: so \
            other programs can run in between.
            """)

    @Argument(help: "The model's folder.", completion: .directory)
    var model: String
    @Option(help: "The picture's side, in pixels.")
    var side = 2048
    @Option(help: "Greatest side of a tile, in pixels. Default: the network's own.")
    var tile: Int?
    @Option(help: "How many tiles are worked on at the same time.")
    var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "f32 or bf16.")
    var precision = ComputePolicy.Precision.f32
    @Option(help: "How many runs; the best and the median are printed.")
    var runs = 3
    @Flag(help: "Run once for each line on standard input.")
    var inTurn = false

    func run() throws {
        let folder = URL(filePath: model)
        let network = try Autoencoder(
            from: Weights(SafetensorsFile(folder.appending(path: "weights.safetensors"))),
            configuration: AutoencoderConfiguration(
                json: Data(contentsOf: folder.appending(path: "configuration.json"))),
            fingerprint: "")
        let picture = Image(
            width: side, height: side, channels: .rgb,
            pixels: (0..<side * side * 3).map { Float($0 * 7919 % 256) / 255 })
        _ = try seconds(network, picture)
        if inTurn {
            while readLine() != nil {
                let times = try seconds(network, picture)
                print(times.encode, times.decode)
                fflush(nil)
            }
            return
        }
        let times = try (0..<runs).map { _ in try seconds(network, picture) }
        for (name, values) in [
            ("encode", times.map(\.encode).sorted()), ("decode", times.map(\.decode).sorted()),
        ] {
            print("\(name): best \(values[0]) s, median \(values[values.count / 2]) s")
        }
    }

    private func seconds(
        _ network: Autoencoder, _ picture: Image
    ) throws -> (encode: Double, decode: Double) {
        let policy = ComputePolicy(threads: threads, precision: precision)
        let tiles = tile.map { TileOptions(side: $0) }
        let begin = ContinuousClock.now
        let latent = try network.encode(picture, tiles: tiles, policy: policy)
        let middle = ContinuousClock.now
        _ = try network.decode(latent, tiles: tiles, policy: policy)
        return ((middle - begin) / .seconds(1), (ContinuousClock.now - middle) / .seconds(1))
    }
}

extension ComputePolicy.Precision: @retroactive ExpressibleByArgument {}
