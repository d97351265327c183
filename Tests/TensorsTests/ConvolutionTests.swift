import Regions
import TestSupport
import Tensors
import Testing

@Suite("Convolutions")
struct ConvolutionTests {
    let context: ComputeContext

    init() throws {
        context = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .f32))
    }

    @Test("a kernel with one tap moves the image, and zeros come in")
    func byHand() throws {
        let shift = Convolution(
            weight: [0, 0, 0, 1, 0, 0, 0, 0, 0], bias: [0.5],
            .init(inputs: 1, outputs: 1, kernel: 3, padding: 1))
        let x = Tensor([1, 2, 3, 4], [1, 2, 2, 1], in: context)
        #expect(try shift(x, in: context).values == [0.5, 1.5, 0.5, 3.5])
    }

    static let geometries: [Convolution.Geometry] = [
        .init(inputs: 3, outputs: 48, kernel: 3, padding: 1),
        .init(inputs: 48, outputs: 48, kernel: 3, padding: 1),
        .init(inputs: 48, outputs: 12, kernel: 3, padding: 1),
        .init(inputs: 48, outputs: 27, kernel: 3, padding: 1),
        .init(inputs: 16, outputs: 24, kernel: 1, padding: 0),
        .init(inputs: 16, outputs: 16, kernel: 3, stride: 2, padding: 1),
        .init(inputs: 8, outputs: 8, kernel: 3, padding: 2, dilation: 2),
        .init(inputs: 48, outputs: 48, kernel: 3, padding: 1, groups: 48),
        .init(inputs: 48, outputs: 48, kernel: 9, stride: 8, padding: 4, groups: 48),
        .init(inputs: 32, outputs: 64, kernel: 3, padding: 1, groups: 2),
    ]

    @Test("equals the double reference", arguments: geometries)
    func reference(g: Convolution.Geometry) throws {
        var random = SplitMix(seed: 5)
        let (height, width) = (16, 24)
        let x = random.floats(height * width * g.inputs)
        let w = random.floats(g.outputs * g.inputs / g.groups * g.kernel * g.kernel)
        let b = random.floats(g.outputs)
        let layer = Convolution(weight: w, bias: b, g)
        let y = try layer(Tensor(x, [1, height, width, g.inputs], in: context), in: context)
        #expect(y.shape == [1, g.outputSize(height), g.outputSize(width), g.outputs])
        let expected = Reference.convolution(x, height: height, width: width, w, b, g)
        expectNear(y.values, expected, absolute: 4e-5, relative: 1e-6)
    }

    /// oneDNN 2.6.3 gets one in a hundred wrong of plans that threads make at the same time.
    @Test(
        "layers in both precisions, prepared by several threads at once, are all right",
        .enabled(if: Processor.current.runsBF16))
    func preparedAtOnce() throws {
        let g = Convolution.Geometry(inputs: 5, outputs: 32, kernel: 3, padding: 1)
        var wrong: [Int] = []
        try OrderedWorkers.run(count: 3_000, threads: 4) {
            let contexts = try ComputePolicy.Precision.allCases.map { precision in
                try ComputeContext(policy: ComputePolicy(threads: 1, precision: precision))
            }
            return { number in
                // Shapes that no other number has, or oneDNN would only look the plan up.
                let (context, size) = (contexts[number % 2], number / 2)
                let (height, width) = (24 + size % 60, 24 + size / 60)
                let ones = [Float](repeating: 1, count: height * width * g.inputs)
                let weight = [Float](repeating: 1, count: g.outputs * g.inputs * 9)
                let y = try Convolution(weight: weight, bias: nil, g)(
                    Tensor(ones, [1, height, width, g.inputs], in: context), in: context)
                let inside = y.values[(width + 1) * g.outputs..<(width + 2) * g.outputs]
                return inside.allSatisfy { $0 == Float(g.inputs * 9) }
            }
        } use: { number, isRight in
            if !isRight { wrong.append(number) }
        }
        #expect(wrong == [])
    }

    @Test("adds to a tensor in its own memory, after the activation")
    func adds() throws {
        var random = SplitMix(seed: 6)
        let g = Convolution.Geometry(inputs: 48, outputs: 48, kernel: 3, padding: 1)
        let (x, old) = (random.floats(64 * 48), random.floats(64 * 48))
        let (w, b) = (random.floats(48 * 48 * 9), random.floats(48))
        let residual = Tensor(old, [1, 8, 8, 48], in: context)
        try Convolution(weight: w, bias: b, g)(
            Tensor(x, [1, 8, 8, 48], in: context), activation: .relu, addingTo: residual,
            in: context)
        let product = Reference.convolution(x, height: 8, width: 8, w, b, g)
        expectNear(
            residual.values, zip(product, old).map { max($0, 0) + Double($1) }, absolute: 4e-5,
            relative: 1e-6)
    }

    @Test("a depthwise convolution may add its input")
    func depthwise() throws {
        var random = SplitMix(seed: 20)
        let (x, w, b) = (random.floats(64 * 48), random.floats(48 * 9), random.floats(48))
        let g = Convolution.Geometry(
            inputs: 48, outputs: 48, kernel: 3, padding: 1, groups: 48)
        let expected = Reference.convolution(x, height: 8, width: 8, w, b, g)
        for addsInput in [false, true] {
            let layer = DepthwiseConvolution(
                weight: w, bias: b, channels: 48, kernel: 3, addsInput: addsInput)
            let y = try layer(Tensor(x, [1, 8, 8, 48], in: context), in: context)
            expectNear(
                y.values, zip(expected, x).map { $0 + (addsInput ? Double($1) : 0) },
                absolute: 1e-5, relative: 1e-6)
        }
    }

    @Test(
        "in bf16 the inputs and weights are rounded", .enabled(if: Processor.current.runsBF16),
        arguments: [geometries[1], geometries[7]])
    func bf16(g: Convolution.Geometry) throws {
        var random = SplitMix(seed: 7)
        let halves = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .bf16))
        let x = random.floats(64 * g.inputs)
        let w = random.floats(g.outputs * g.inputs / g.groups * 9)
        let b = random.floats(g.outputs)
        let layer = Convolution(weight: w, bias: b, g)
        let y = try layer(Tensor(x, [1, 8, 8, g.inputs], in: halves), output: .f32, in: halves)
        let expected = Reference.convolution(
            x.map(Reference.bf16), height: 8, width: 8, w.map(Reference.bf16), b, g)
        expectNear(y.values, expected, absolute: 4e-5, relative: 1e-6)
    }

    @Test("images of any size pass through one layer, one after another")
    func sizes() throws {
        var random = SplitMix(seed: 8)
        let g = Convolution.Geometry(inputs: 8, outputs: 8, kernel: 3, padding: 1)
        let (w, b) = (random.floats(8 * 8 * 9), random.floats(8))
        let layer = Convolution(weight: w, bias: b, g)
        for (height, width) in [(1, 1), (2, 9), (16, 16), (5, 3), (16, 16)] {
            let x = random.floats(height * width * 8)
            let y = try layer(Tensor(x, [1, height, width, 8], in: context), in: context)
            let expected = Reference.convolution(x, height: height, width: width, w, b, g)
            expectNear(y.values, expected, absolute: 2e-5, relative: 1e-6)
        }
    }
}
