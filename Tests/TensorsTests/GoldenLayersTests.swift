import TestSupport
import Tensors
import Testing

/// Layers against PyTorch: `Scripts/fixtures/tensors.py` writes the fixture.
@Suite("Layers against PyTorch")
struct GoldenLayersTests {
    let context: ComputeContext
    let file: SafetensorsFile
    let weights: Weights

    init() throws {
        context = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .f32))
        file = try SafetensorsFile(Fixture.url("layers.safetensors"))
        weights = Weights(file)
    }

    func input() throws -> Tensor {
        Tensor(try file.floats("x"), [1, 8, 16, 12], in: context)
    }

    func expectGolden(
        _ actual: Tensor, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(actual.shape == file.shape(of: name), sourceLocation: sourceLocation)
        expectNear(
            actual.values, try file.floats(name), absolute: 5e-6, relative: 2e-6,
            sourceLocation: sourceLocation)
    }

    @Test("a linear layer, alone and with each activation")
    func linear() throws {
        let layer = try Linear(from: weights["linear"], in: 12, out: 20)
        try expectGolden(layer(input(), in: context), "y.linear")
        for activation in Activation.allCases {
            let y = try layer(input(), activation: activation, in: context)
            try expectGolden(y, "y.\(activation.rawValue)")
        }
    }

    @Test("layer normalisation")
    func norm() throws {
        let layer = try LayerNorm(from: weights["norm"], channels: 12)
        try expectGolden(layer(input(), in: context), "y.norm")
    }

    @Test("convolutions: plain and strided")
    func convolutions() throws {
        let plain = try Convolution(from: weights["convolution"], in: 12, out: 20, kernel: 3)
        try expectGolden(plain(input(), in: context), "y.convolution")
        let strided = try Convolution(
            from: weights["strided"], in: 12, out: 12, kernel: 3, stride: 2)
        try expectGolden(strided(input(), in: context), "y.strided")
    }

    @Test("depthwise convolutions: with the input added, and that of the anchors")
    func depthwise() throws {
        let mix = try DepthwiseConvolution(
            from: weights["depthwise"], channels: 12, kernel: 3, addsInput: true)
        try expectGolden(mix(input(), in: context), "y.depthwise")
        let anchors = try DepthwiseConvolution(
            from: weights["anchors"], channels: 12, kernel: 9, stride: 8)
        try expectGolden(anchors(input(), in: context), "y.anchors")
    }

    @Test("softmax and pixel shuffle")
    func operators() throws {
        try expectGolden(input().softmax(scale: 0.25, in: context), "y.softmax")
        let shuffled = try input().pixelShuffled(by: 2, adding: [0, 0, 0], in: context)
        try expectGolden(shuffled, "y.pixelShuffle")
    }
}
