internal import ArgumentParser
internal import Foundation
internal import ModelStore
internal import Tensors
internal import TextureMemory

/// The networks behind a memory, and how they run.
struct EncoderArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The autoencoder: a model's name, or the path of a model folder.", valueName: "name"))
    var autoencoder = "autoencoder-f8c16"

    @Option(
        help: ArgumentHelp(
            "The texture classifier: a model's name, or the path of a model folder.",
            valueName: "name"))
    var classifier = "texture-classifier"

    @Option(help: "Precision of the arithmetic; auto is bf16 where the processor has it.")
    var precision: UpscaleArguments.Precision = .auto

    @OptionGroup var threading: ThreadArguments

    @OptionGroup var models: ModelArguments

    /// The networks, loaded and checked.
    func encoder() throws -> NetworkPatchEncoder {
        let store = models.store
        return try NetworkPatchEncoder(
            autoencoder: Self.folder(autoencoder, store),
            classifier: Self.folder(classifier, store),
            precision: ComputePolicy.Precision(rawValue: precision.rawValue))
    }

    private static func folder(_ name: String, _ store: ModelStore) throws -> ModelFolder {
        name.contains("/")
            ? try ModelFolder(at: URL(filePath: name)) : try store.model(named: name)
    }
}

/// `--threads`.
struct ThreadArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Threads. Default: all processors. They do not change the result.", valueName: "count"))
    var threads: Int?

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads must be from 1 to 1024, not \(threads).")
        }
    }

    var count: Int { threads ?? Processor.current.threads }
}
