internal import ArgumentParser
internal import DegradationPrompts
internal import Foundation
internal import ModelStore
internal import Tensors

/// How photos are judged.
struct DegradationArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Pixels from one region to the next, a multiple of 8. Regions are 128 pixels wide.",
            valueName: "pixels"))
    var stride = 64

    @Option(help: ArgumentHelp("Another bank of types, degrees and words.", valueName: "json"))
    var bank: String?

    @Option(help: ArgumentHelp("The network's name.", valueName: "name"))
    var model = DegradationPrompter.standardModel

    @Option(help: ArgumentHelp("Threads. Default: all processors.", valueName: "count"))
    var threads: Int?

    func validate() throws {
        guard (8...4096).contains(stride), stride % 8 == 0 else {
            throw ValidationError("--stride must be a multiple of 8 up to 4096, not \(stride).")
        }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads must be from 1 to 1024, not \(threads).")
        }
    }

    /// How the network runs.
    var policy: ComputePolicy { .automatic(threads: threads, precision: .f32) }

    /// The network with its bank, loaded and checked.
    func prompter(_ store: ModelStore) throws -> DegradationPrompter {
        try DegradationPrompter.load(
            from: store, model: model, bank: bank.map { URL(filePath: $0) })
    }
}
