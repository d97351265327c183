import TestSupport
import Testing

@testable import Tensors

@Suite("Pairs of convolutions")
struct ConvolutionPairTests {
    static let channels = 64

    /// Weights, norm and gain that follow from a seed.
    struct Layers {
        let weights: [[Float]]
        let biases: [[Float]]
        let norm: LayerNorm
        let gain: [Float]
        let geometry = Convolution.Geometry(
            inputs: channels, outputs: channels, kernel: 3, padding: 1)

        init() {
            var random = SplitMix(seed: 31)
            let count = channels * channels * 9
            weights = (0..<2).map { _ in random.floats(count).map { $0 * 0.06 } }
            biases = (0..<2).map { _ in random.floats(channels) }
            norm = LayerNorm(gain: random.floats(channels), shift: random.floats(channels))
            gain = random.floats(channels)
        }

        func pair(uses: Int) -> ConvolutionPair {
            let layers = (0..<2).map {
                Convolution(weight: weights[$0], bias: biases[$0], geometry)
            }
            return ConvolutionPair(first: layers[0], second: layers[1], uses: uses)
        }
    }

    /// Batch, height and width: one strip, a strip that is no whole number of tiles, several strips,
    /// a last strip of one row.
    static let sizes = [(2, 32, 32), (1, 47, 53), (1, 101, 130), (3, 66, 47), (1, 129, 256)]

    @Test(
        "Winograd's algorithm makes what the direct one makes, in strips and with a gain",
        arguments: sizes, [true, false])
    func winograd(size: (batch: Int, height: Int, width: Int), hasGain: Bool) throws {
        let context = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .f32))
        var random = SplitMix(seed: 32)
        let shape: Shape = [size.batch, size.height, size.width, Self.channels]
        let x = random.floats(shape.count)
        let layers = Layers()
        let gain = hasGain ? layers.gain : nil
        let (direct, fast) = (Tensor(x, shape, in: context), Tensor(x, shape, in: context))
        try layers.pair(uses: 0).refine(direct, after: layers.norm, gain: gain, in: context)
        try layers.pair(uses: 4).refine(fast, after: layers.norm, gain: gain, in: context)
        #expect(direct.values != x)
        expectNear(fast.values, direct.values.map(Double.init), absolute: 1e-4, relative: 1e-5)
        let isWinograd = WinogradPair(layers.pair(uses: 4), for: shape, in: context) != nil
        #expect(isWinograd == (Winograd.serves(layers.geometry, .f32)))
        #expect(WinogradPair(layers.pair(uses: 0), for: shape, in: context) == nil)
    }

    @Test("strips are whole tiles but the last, and cover every row once")
    func strips() {
        for (height, width) in [
            (1, 16), (4, 4_000), (16, 256), (131, 288), (288, 288), (97, 9_000),
        ] {
            let strips = RowStrip.strips(of: height, positionsInRow: width)
            #expect(strips.flatMap { Array($0.rows) } == Array(0..<height))
            #expect(strips.dropLast().allSatisfy { $0.rows.count % 4 == 0 })
            for strip in strips {
                #expect(strip.seen.lowerBound == max(strip.rows.lowerBound - 1, 0))
                #expect(strip.seen.upperBound == min(strip.rows.upperBound + 1, height))
                #expect(strip.edges.above == (strip.rows.lowerBound == 0 ? 1 : 0))
                #expect(strip.edges.below == (strip.rows.upperBound == height ? 1 : 0))
            }
        }
    }
}
