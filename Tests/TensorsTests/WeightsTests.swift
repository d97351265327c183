import Foundation
import TestSupport
import Tensors
import Testing

@Suite("Weights")
struct WeightsTests {
    let folder: TemporaryFolder
    let file: SafetensorsFile

    init() throws {
        folder = try TemporaryFolder()
        var writer = SafetensorsWriter()
        writer.metadata = ["note": "two layers"]
        writer.add("groups.0.out.weight", [2, 2], [1, 2, 3, 4])
        writer.add("groups.0.out.bias", [2], [10, 20])
        writer.add("norm.weight", [3], [1, 1, 1])
        let url = folder.file("model.safetensors")
        try writer.write(to: url)
        file = try SafetensorsFile(url)
    }

    @Test("layers find their tensors below a prefix")
    func prefixes() throws {
        let weights = Weights(file)
        let linear = try Linear(from: weights["groups.0"]["out"], in: 2, out: 2)
        #expect(try weights["norm"].take("weight", [3]) == [1, 1, 1])
        try weights.finish()
        let context = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .f32))
        #expect(try linear(Tensor([1, 1], [1, 2], in: context), in: context).values == [13, 27])
        #expect(weights.metadata == ["note": "two layers"])
    }

    @Test("all problems are reported together")
    func problems() throws {
        let weights = Weights(file)
        _ = try Linear(from: weights["groups.0.out"], in: 2, out: 2)
        _ = try weights["groups.0.out"].take("bias", [2])
        _ = try LayerNorm(from: weights["norm"], channels: 4)
        let error = #expect(throws: WeightsError.self) { try weights.finish() }
        #expect(
            error
                == .mismatch(
                    file: "model.safetensors",
                    problems: [
                        "groups.0.out.bias is taken twice",
                        "norm.weight has shape [3], and [4] is needed",
                        "norm.bias is missing",
                    ]))
    }

    @Test("a tensor that no layer takes is a problem")
    func leftOver() throws {
        let weights = Weights(file)
        _ = try Linear(from: weights["groups.0.out"], in: 2, out: 2)
        let error = #expect(throws: WeightsError.self) { try weights.finish() }
        #expect(error?.description.contains("norm.weight belongs to no layer") == true)
    }

    @Test(
        "an absurd configuration asks for no absurd memory",
        arguments: [
            Int.max, 1 << 40, 0, -1,
        ])
    func absurd(size: Int) throws {
        let weights = Weights(file)
        #expect(throws: WeightsError.self) {
            _ = try weights.take("missing", [size, 2])
        }
    }
}
