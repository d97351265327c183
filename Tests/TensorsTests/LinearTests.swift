import TestSupport
import Tensors
import Testing

@Suite("Linear layers")
struct LinearTests {
    let context: ComputeContext

    init() throws {
        context = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .f32))
    }

    @Test("two rows by hand")
    func byHand() throws {
        let linear = Linear(weight: [1, 2, 3, 4], bias: [10, 20], in: 2, out: 2)
        let x = Tensor([1, 1, 0, -1], [2, 2], in: context)
        #expect(try linear(x, in: context).values == [13, 27, 8, 16])
    }

    @Test(
        "equals the double reference for narrow, wide and odd sizes",
        arguments: [
            (4096, 48, 48), (4096, 48, 144), (64, 48, 48), (1, 3, 5), (7, 1, 1), (33, 17, 130),
        ])
    func reference(rows: Int, inputs: Int, outputs: Int) throws {
        var random = SplitMix(seed: 1)
        let (x, w) = (random.floats(rows * inputs), random.floats(outputs * inputs))
        let b = random.floats(outputs)
        let linear = Linear(weight: w, bias: b, in: inputs, out: outputs)
        let y = try linear(Tensor(x, [rows, inputs], in: context), in: context)
        #expect(y.shape == [rows, outputs])
        let expected = Reference.linear(x, w, b, inputs: inputs, outputs: outputs)
        expectNear(y.values, expected, absolute: 1e-5, relative: 1e-6)
    }

    @Test("applies the activation before it adds", arguments: Activation.allCases)
    func activations(activation: Activation) throws {
        var random = SplitMix(seed: 2)
        let (x, w, b) = (random.floats(40 * 48), random.floats(48 * 48), random.floats(48))
        let old = random.floats(40 * 48)
        let linear = Linear(weight: w, bias: b, in: 48, out: 48)
        let residual = Tensor(old, [40, 48], in: context)
        let y = try linear(
            Tensor(x, [40, 48], in: context), activation: activation, addingTo: residual,
            in: context)
        #expect(y === residual)
        let product = Reference.linear(x, w, b, inputs: 48, outputs: 48)
        let expected = zip(product, old).map { Reference.activation(activation, $0) + Double($1) }
        // Twice the error of a tanh or exp by polynomial at arguments up to 10.
        expectNear(residual.values, expected, absolute: 2e-5, relative: 2e-6)
    }

    @Test("works without a bias")
    func withoutBias() throws {
        let linear = Linear(weight: [2, -1], bias: nil, in: 2, out: 1)
        #expect(try linear(Tensor([3, 4], [1, 2], in: context), in: context).values == [2])
    }

    @Test("gives the same bytes with one thread and with two for one operation")
    func threads() throws {
        var random = SplitMix(seed: 3)
        let (x, w, b) = (random.floats(4096 * 48), random.floats(144 * 48), random.floats(144))
        let linear = Linear(weight: w, bias: b, in: 48, out: 144)
        let two = try ComputeContext(policy: context.policy, threadsPerOperation: 2)
        let a = try linear(Tensor(x, [4096, 48], in: context), in: context).values
        let c = try linear(Tensor(x, [4096, 48], in: two), in: two).values
        #expect(a == c)
    }

    @Test(
        "in bf16 the inputs and weights are rounded, and sums stay in f32",
        .enabled(if: Processor.current.runsBF16))
    func bf16() throws {
        var random = SplitMix(seed: 4)
        let (x, w, b) = (random.floats(256 * 48), random.floats(48 * 48), random.floats(48))
        let old = random.floats(256 * 48)
        let halves = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .bf16))
        let linear = Linear(weight: w, bias: b, in: 48, out: 48)
        let input = Tensor(x, [256, 48], in: halves)
        let residual = Tensor(old, [256, 48], in: halves)
        try linear(input, addingTo: residual, in: halves)
        let product = Reference.linear(
            x.map(Reference.bf16), w.map(Reference.bf16), b, inputs: 48, outputs: 48)
        let expected = zip(product, old).map { $0 + Double($1) }
        expectNear(residual.values, expected, absolute: 1e-5, relative: 1e-6)

        let y = try linear(input, in: halves)
        #expect(y.elementType == .bf16)
        // Half a unit in the last of 8 significant bits.
        expectNear(y.values, product, absolute: 1e-5, relative: 0.00391)
    }
}
