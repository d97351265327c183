import TestSupport
import Tensors
import Testing

@Suite("Layer normalisation")
struct LayerNormTests {
    let context: ComputeContext

    init() throws {
        context = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .f32))
    }

    @Test("two numbers become plus and minus one")
    func byHand() {
        let norm = LayerNorm(gain: [1, 10], shift: [0, 1], epsilon: 0)
        #expect(norm(Tensor([3, 7], [1, 2], in: context), in: context).values == [-1, 11])
    }

    @Test("equals the double reference", arguments: [1, 3, 16, 48, 50, 320])
    func reference(channels: Int) {
        var random = SplitMix(seed: 9)
        // A mean far from 0 shows a variance that was taken as E[x²] - E[x]².
        let x = random.floats(37 * channels, in: 99...101)
        let (gain, shift) = (random.floats(channels), random.floats(channels))
        let norm = LayerNorm(gain: gain, shift: shift)
        let y = norm(Tensor(x, [37, channels], in: context), in: context)
        let expected = Reference.layerNorm(x, gain: gain, shift: shift, epsilon: 1e-5)
        // At 100 the mean itself is rounded to 4e-6 of the spread around it.
        expectNear(y.values, expected, absolute: 2e-4)
    }

    @Test("writes bf16 where layers take bf16")
    func bf16() throws {
        var random = SplitMix(seed: 10)
        let x = random.floats(20 * 48)
        let (gain, shift) = (random.floats(48), random.floats(48))
        let halves = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .bf16))
        let norm = LayerNorm(gain: gain, shift: shift)
        let y = norm(Tensor(x, [20, 48], in: halves), in: halves)
        #expect(y.elementType == .bf16)
        let full = norm(Tensor(x, [20, 48], in: context), in: context)
        #expect(y.values == full.values.map(Reference.bf16))
    }
}
