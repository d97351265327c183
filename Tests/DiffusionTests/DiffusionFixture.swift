import Foundation
import TestSupport
import Tensors

@testable import Diffusion

/// The files that `Scripts/fixtures/diffusion.py` wrote.
enum DiffusionFixture {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures")

    static func golden(_ name: String) throws -> SafetensorsFile {
        try SafetensorsFile(folder.appending(path: "\(name).golden.safetensors"))
    }

    static func weights(_ name: String) throws -> Weights {
        Weights(try SafetensorsFile(folder.appending(path: "\(name).weights.safetensors")))
    }

    static func configuration(_ name: String) throws -> Data {
        try Data(contentsOf: folder.appending(path: "\(name).configuration.json"))
    }

    static func tensor(
        _ name: String, of file: SafetensorsFile, in context: ComputeContext
    ) throws -> Tensor {
        Tensor(try file.floats(name), file.shape(of: name) ?? [], in: context)
    }

    static func context(
        _ precision: ComputePolicy.Precision = .f32
    ) throws -> ComputeContext {
        try ComputeContext(policy: ComputePolicy(threads: 1, precision: precision))
    }
}
