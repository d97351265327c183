import Foundation
import TestSupport
import Tensors
import Testing

@Suite("Group normalisation")
struct GroupNormTests {
    let context: ComputeContext

    init() throws {
        context = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .f32))
    }

    @Test("two pixels of two channels in one group, and in two")
    func byHand() {
        let x = Tensor([1, 3, 5, 7], [1, 2, 1, 2], in: context)
        let root5 = Float(5).squareRoot()
        let one = GroupNorm(gain: [root5, root5], shift: [0, 1], groups: 1, epsilon: 0)
        let (absolute, expected) = (1e-6, [-3, 0, 1, 4] as [Double])
        expectNear(one(x, in: context).values, expected, absolute: absolute)
        let two = GroupNorm(gain: [1, 10], shift: [0, 1], groups: 2, epsilon: 0)
        #expect(two(x, in: context).values == [-1, -9, 1, 11])
    }

    private static func reference(
        _ x: [Float], images: Int, channels: Int, groups: Int, gain: [Float], shift: [Float],
        hasSiLU: Bool
    ) -> [Double] {
        let (width, pixels) = (channels / groups, x.count / images / channels)
        var result = [Double](repeating: 0, count: x.count)
        for image in 0..<images {
            for group in 0..<groups {
                let places = (0..<pixels).flatMap { pixel in
                    (0..<width).map { (image * pixels + pixel) * channels + group * width + $0 }
                }
                let mean = places.reduce(0) { $0 + Double(x[$1]) } / Double(places.count)
                let variance =
                    places.reduce(0) { $0 + (Double(x[$1]) - mean) * (Double(x[$1]) - mean) }
                    / Double(places.count)
                for place in places {
                    let c = place % channels
                    let y =
                        (Double(x[place]) - mean) / (variance + 1e-6).squareRoot()
                        * Double(gain[c]) + Double(shift[c])
                    result[place] = hasSiLU ? Reference.activation(.swish, y) : y
                }
            }
        }
        return result
    }

    @Test(
        "equals the double reference, each image by itself, with and without SiLU",
        arguments: [(8, 4), (16, 16), (48, 1), (320, 32)], [false, true])
    func reference(size: (Int, Int), hasSiLU: Bool) {
        let (channels, groups) = size
        var random = SplitMix(seed: 40)
        // 150 pixels are not a whole number of runs; a mean far from 0 costs digits.
        let x = random.floats(2 * 150 * channels, in: 9...11)
        let (gain, shift) = (random.floats(channels), random.floats(channels))
        let norm = GroupNorm(gain: gain, shift: shift, groups: groups, epsilon: 1e-6)
        let y = norm(
            Tensor(x, [2, 15, 10, channels], in: context), hasSiLU: hasSiLU, in: context)
        let expected = Self.reference(
            x, images: 2, channels: channels, groups: groups, gain: gain, shift: shift,
            hasSiLU: hasSiLU)
        expectNear(y.values, expected, absolute: 2e-5)
    }

    @Test("writes bf16 where layers take bf16")
    func bf16() throws {
        var random = SplitMix(seed: 41)
        let x = random.floats(70 * 16)
        let norm = GroupNorm(gain: random.floats(16), shift: random.floats(16), groups: 4)
        let halves = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .bf16))
        let y = norm(Tensor(x, [1, 70, 16], in: halves), hasSiLU: true, in: halves)
        #expect(y.elementType == .bf16)
        let full = norm(Tensor(x, [1, 70, 16], in: context), hasSiLU: true, in: context)
        #expect(y.values == full.values.map(Reference.bf16))
    }
}
