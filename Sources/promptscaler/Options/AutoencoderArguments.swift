internal import ArgumentParser
internal import Autoencoding
internal import Foundation
internal import ModelStore
internal import Tensors

/// Which autoencoder, and how it runs.
struct AutoencoderArguments: ParsableArguments {
    enum Precision: String, ExpressibleByArgument, CaseIterable {
        case auto, f32, bf16
    }

    @Option(
        help: ArgumentHelp(
            "An autoencoder's name, the path of its model folder, or that of a published folder "
                + "of Stable Diffusion's ('vae').", valueName: "name"))
    var model = "autoencoder-f8c16"

    @Option(help: "Precision of the arithmetic; auto is bf16 where the processor has it.")
    var precision: Precision = .auto

    @Option(help: ArgumentHelp("Threads. Default: all processors.", valueName: "count"))
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "Greatest side of the tiles that the network sees at once. Default: what suits the "
                + "network, 1152 for the project's own.", valueName: "pixels"))
    var tile: Int?

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads must be from 1 to 1024, not \(threads).")
        }
        if let tile, !(64...65_536).contains(tile) {
            throw ValidationError("--tile must be from 64 to 65536, not \(tile).")
        }
    }

    var policy: ComputePolicy {
        .automatic(
            threads: threads, precision: ComputePolicy.Precision(rawValue: precision.rawValue))
    }

    var tiles: TileOptions? { tile.map { TileOptions(side: $0) } }

    /// The autoencoder that was asked for.
    func network(in store: ModelStore) throws -> any LatentAutoencoder {
        guard model.contains("/") else { return try Autoencoder.load(store.model(named: model)) }
        let folder = URL(filePath: model)
        let manifest = folder.appending(path: ModelFolder.manifestFile)
        let published = folder.appending(path: StableDiffusionConfiguration.fileName)
        if !FileManager.default.fileExists(atPath: manifest.path),
            FileManager.default.fileExists(atPath: published.path)
        {
            return try StableDiffusionAutoencoder.load(published: folder)
        }
        return try Autoencoder.load(ModelFolder(at: folder))
    }
}
