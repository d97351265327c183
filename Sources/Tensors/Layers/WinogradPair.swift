import CKernels

/// A ``ConvolutionPair`` by Winograd's algorithm, F(4×4, 3×3) in f32 (Lavin and Gray 2016).
///
/// It takes a quarter of the products, so on AVX-512 it is faster in f32 than the direct algorithm
/// is with bf16, let alone in f32, and exact to about 1e-5. What it costs is preparing the weights,
/// and memory for the transformed image: so images are worked on in strips of rows.
///
/// Letters of the shapes: B images, C channels, R rows of a strip.
struct WinogradPair {
    private let pair: ConvolutionPair
    private let strips: [RowStrip]

    /// - Returns: nil where the direct algorithm is the better one, or the only one.
    init?(_ pair: ConvolutionPair, for shape: Shape, in context: ComputeContext) {
        let positions = shape[0] * shape[1] * shape[2]
        let precision = context.policy.precision
        guard positions * pair.uses >= Self.leastPositions(precision),
            Winograd.serves(pair.first.geometry, precision),
            Winograd.serves(pair.second.geometry, precision)
        else { return nil }
        self.pair = pair
        strips = RowStrip.strips(of: shape[1], positionsInRow: shape[0] * shape[2])
    }

    /// From here on preparing the weights pays for itself with one image.
    private static func leastPositions(_ precision: ComputePolicy.Precision) -> Int {
        switch precision {
        case .f32: 4_096
        case .bf16: 32_768
        }
    }

    /// See ``ConvolutionPair/refine(_:after:gain:in:)``.
    ///
    /// A strip of `x` changes when all strips that depend on it have been through the first
    /// convolution, so only three of those are held at a time.
    func refine(
        _ x: Tensor, after norm: LayerNorm, gain: [Float]?, in context: ComputeContext
    ) throws(ComputeError) {
        let gain = gain ?? [Float](repeating: 1, count: x.shape.last)
        var waiting = strips[...]
        var middle: [(strip: RowStrip, rows: Tensor)] = []
        for strip in strips {
            while let next = waiting.first, next.rows.lowerBound < strip.seen.upperBound {
                let even = norm.blocks(x, rows: next.seen, in: context)  // [B, C/16, R + 2, W, 16]
                let rows = try pair.first.winograd(even, next.edges, in: context)
                middle.append((next, rows))  // [B, C/16, R, W, 16]
                waiting.removeFirst()
            }
            let active = RowStrip.siluRows(strip.seen, of: middle, in: context)
            let y = try pair.second.winograd(active, strip.edges, in: context)
            x.add(blocks: y, rows: strip.rows, times: gain)
            middle.removeAll { $0.strip.rows.upperBound < strip.rows.upperBound }
        }
    }
}

/// Rows of an image that are convolved together.
struct RowStrip {
    /// The rows of the result.
    let rows: Range<Int>
    /// The rows that they depend on, as far as the image has them.
    let seen: Range<Int>

    /// The rows of zeros that stand for those that the image has not.
    var edges: WinogradEdges {
        WinogradEdges(
            above: rows.lowerBound - seen.lowerBound == 1 ? 0 : 1,
            below: seen.upperBound - rows.upperBound == 1 ? 0 : 1)
    }

    /// About 8,192 positions in each strip, in whole tiles of 4 rows: what is transformed stays in
    /// cache, and takes 25 MB.
    static func strips(of height: Int, positionsInRow: Int) -> [RowStrip] {
        let most = max(8, 8_192 / positionsInRow / 4 * 4)
        let count = (height + most - 1) / most
        let size = ((height + count - 1) / count + 3) / 4 * 4
        return stride(from: 0, to: height, by: size).map { first in
            let end = min(first + size, height)
            return RowStrip(
                rows: first..<end, seen: max(first - 1, 0)..<min(end + 1, height))
        }
    }

    /// SiLU of some rows, `[B, C/16, rows, W, 16]`, that lie in the strips `[B, C/16, R, W, 16]`.
    static func siluRows(
        _ rows: Range<Int>, of parts: [(strip: RowStrip, rows: Tensor)],
        in context: ComputeContext
    ) -> Tensor {
        let shape = parts[0].rows.shape
        let planes = shape[0] * shape[1]
        let row = shape[3] * shape[4]
        let result = Tensor([shape[0], shape[1], rows.count, shape[3], shape[4]], in: context)
        for (strip, part) in parts {
            let common = rows.clamped(to: strip.rows)
            if common.isEmpty { continue }
            let (height, from) = (strip.rows.count, common.lowerBound - strip.rows.lowerBound)
            let to = common.lowerBound - rows.lowerBound
            for plane in 0..<planes {
                ps_silu(
                    part.floats + (plane * height + from) * row,
                    result.floats + (plane * rows.count + to) * row, common.count * row)
            }
            withExtendedLifetime(part) {}
        }
        withExtendedLifetime(result) {}
        return result
    }
}
