import Autoencoding
import Foundation
import TestSupport
import Tensors
import Testing

/// Networks and golden tensors that `Scripts/fixtures/autoencoder.py` wrote.
enum AutoencoderFixture {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "Fixtures")
    static let models = folder.appending(path: "../../../Models").standardizedFileURL

    static func tiny() throws -> Autoencoder {
        try network(
            weights: folder.appending(path: "tiny.weights.safetensors"),
            configuration: folder.appending(path: "tiny.configuration.json"))
    }

    static func network(weights: URL, configuration: URL) throws -> Autoencoder {
        try Autoencoder(
            from: Weights(SafetensorsFile(weights)),
            configuration: AutoencoderConfiguration(json: Data(contentsOf: configuration)),
            fingerprint: "of a test")
    }

    static func golden(_ name: String) throws -> SafetensorsFile {
        try SafetensorsFile(folder.appending(path: "\(name).golden.safetensors"))
    }

    /// A golden tensor in a context's memory.
    static func tensor(
        _ file: SafetensorsFile, _ name: String, in context: ComputeContext
    ) throws -> Tensor {
        let shape = try #require(file.shape(of: name))
        return Tensor(try file.floats(name), shape, in: context)
    }

    static func context(
        _ precision: ComputePolicy.Precision = .f32
    ) throws -> ComputeContext {
        try ComputeContext(policy: ComputePolicy(threads: 1, precision: precision))
    }
}
