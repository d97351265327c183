import CKernels
import COneDNNShim
internal import Locks

/// Where oneDNN has Winograd's algorithm.
enum Winograd {
    private struct Channels: Hashable {
        let inputs: Int
        let outputs: Int
    }

    private static let known = Guarded([Channels: Bool]())

    /// Whether a layer of this kind runs faster by Winograd's algorithm.
    ///
    /// Processors with AMX multiply bf16 far faster than f32, so there only f32 takes it.
    static func serves(
        _ g: Convolution.Geometry, _ precision: ComputePolicy.Precision
    ) -> Bool {
        let isPlain =
            g.kernel == 3 && g.stride == 1 && g.padding == 1 && g.trailingPadding == 1
            && g.dilation == 1 && g.groups == 1
        let isWide = min(g.inputs, g.outputs) >= 64 && g.inputs % 16 == 0 && g.outputs % 16 == 0
        guard isPlain, isWide, precision == .f32 || !Processor.current.hasAMX else { return false }
        let channels = Channels(inputs: g.inputs, outputs: g.outputs)
        if let found = known.withLock({ $0[channels] }) { return found }
        let exists = isImplemented(g)
        known.withLock { $0[channels] = exists }
        return exists
    }

    /// oneDNN has it for AVX-512 alone.
    private static func isImplemented(_ g: Convolution.Geometry) -> Bool {
        let layer = Convolution(
            weight: [Float](repeating: 0, count: g.weightShape.reduce(1, *)), bias: nil, g)
        let key = Convolution.winogradKey([1, 1, 16, 16, 16], WinogradEdges(), threads: 1)
        return (try? Operation(layer.specification(key))) != nil
    }
}

extension ComputePolicy {
    /// Whether wide 3×3 convolutions of large images run by Winograd's algorithm, whose prepared
    /// weights take four times the memory of plain ones.
    public var runsWinograd: Bool {
        Winograd.serves(.init(inputs: 128, outputs: 128, kernel: 3, padding: 1), precision)
    }
}

/// How many rows of zeros a convolution by Winograd's algorithm adds above and below the image.
struct WinogradEdges: Hashable {
    var above = 1
    var below = 1
}

extension Convolution {
    /// The convolution of an image in blocks of channels, with a column of zeros on both sides.
    ///
    /// - Parameters:
    ///   - x: `[B, inputs/16, H, W, 16]`, f32.
    ///   - edges: The rows of zeros above and below.
    ///   - context: Where to run.
    /// - Returns: `[B, outputs/16, H', W, 16]`, f32, with H' = H - 2 and a row for each row of zeros.
    /// - Throws: ``ComputeError/refused(_:)`` where ``Winograd/serves(_:_:)`` is false.
    func winograd(
        _ x: Tensor, _ edges: WinogradEdges, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        let size = x.shape
        precondition(size[1] * 16 == geometry.inputs, "\(size) for \(geometry.inputs) channels")
        let height = size[2] - 2 + edges.above + edges.below
        let result = Tensor([size[0], geometry.outputs / 16, height, size[3], 16], in: context)
        let key = Self.winogradKey(size, edges, threads: context.threadsPerOperation)
        try prepared.run(key, on: x, into: result, in: context) { () throws(ComputeError) in
            try Operation(specification(key))
        }
        return result
    }

    /// What the operation for an image `[B, C/16, H, W, 16]` is remembered by.
    static func winogradKey(
        _ size: Shape, _ edges: WinogradEdges, threads: Int
    ) -> PreparedLayer.Key {
        PreparedLayer.Key(
            batch: size[0], height: size[2], width: size[3], source: .f32, destination: .f32,
            isSum: false, threads: threads, edges: edges)
    }
}

extension LayerNorm {
    /// Some rows of `x`, `[B, H, W, C]`, normalised: `[B, C/16, rows, W, 16]`, f32.
    func blocks(_ x: Tensor, rows: Range<Int>, in context: ComputeContext) -> Tensor {
        let size = x.shape
        let result = Tensor([size[0], channels / 16, rows.count, size[2], 16], in: context)
        let positions = rows.count * size[2]
        for image in 0..<size[0] {
            let start = (image * size[1] + rows.lowerBound) * size[2] * channels
            ps_layer_norm_to_blocks(
                x.floats + start, gain, shift, epsilon,
                result.floats + image * positions * channels, positions, channels)
        }
        withExtendedLifetime((x, result)) {}
        return result
    }
}

extension Tensor {
    /// Adds blocks `[B, C/16, rows, W, 16]`, each channel times a number, to some rows of this
    /// `[B, H, W, C]`.
    func add(blocks: Tensor, rows: Range<Int>, times factor: [Float]) {
        let positions = rows.count * shape[2]
        for image in 0..<shape[0] {
            let start = (image * shape[1] + rows.lowerBound) * shape[2] * shape.last
            ps_add_blocks(
                blocks.floats + image * positions * shape.last, factor, floats + start, positions,
                shape.last)
        }
        withExtendedLifetime((self, blocks)) {}
    }
}
