internal import Foundation
internal import Tensors

/// From a prompt to tokens, `[B·P, W]`; the first of each patch stands for no prompt at all.
///
/// Source: PatchScaler, section 3.3, the similarity-aware texture encoder. It does not depend on t.
struct PromptEncoder: Sendable {
    private let nothing: [Float]
    private let texture: Convolution
    private let similarity: Linear
    private let textureWiden: Linear
    private let textureNarrow: Linear
    private let degradation: Linear?
    private let degradationKind: [Float]
    private let positions: [Float]
    private let configuration: PatchDiTConfiguration

    /// Positions along a side of a texture's token.
    private static let side = 4

    init(from weights: Weights, _ c: PatchDiTConfiguration) throws(WeightsError) {
        configuration = c
        nothing = try weights.take("nothing", [c.width])
        let inputs = c.latentChannels * Self.side * Self.side
        texture = TokenEmbedding.convolution(
            weight: try weights["texture"].take("weight", [c.width, inputs]),
            bias: try weights["texture"].take("bias", [c.width]), side: Self.side,
            total: c.latentChannels, channels: 0..<c.latentChannels)
        similarity = try Linear(
            from: weights["similarity"], in: Self.bumps, out: 2 * c.width)
        textureWiden = try Linear(from: weights["texture_widen"], in: c.width, out: 2 * c.width)
        textureNarrow = try Linear(
            from: weights["texture_narrow"], in: 2 * c.width, out: c.width)
        if c.degradationTokens > 0 {
            degradation = try Linear(
                from: weights["degradation"], in: c.degradationSize, out: c.width)
            degradationKind = try weights.take(
                "degradation_kind", [c.degradationTokens, c.width])
        } else {
            (degradation, degradationKind) = (nil, [])
        }
        positions = SinePositions.grid(side: c.patchSide / Self.side, width: c.width)
    }

    /// The tokens of a prompt for `batch` patches, f32.
    func callAsFunction(
        _ prompt: PromptTokens, batch: Int, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        let width = configuration.width
        var parts = [Tensor(nothing, [1, width], in: context)]
        var perPatch = [0]  // rows of a part for each patch; 0 for the same row for all
        if let textures = prompt.textures {
            let tokens = try encoded(textures, prompt.similarities, in: context)
            parts.append(tokens)
            perPatch.append(tokens.shape.rows / batch)
        }
        if let degradation, let numbers = prompt.degradation {
            let plain = try degradation(numbers, output: .f32, in: context)
            let tokens = PatchDiT.normalised(plain, output: .f32, in: context)
            tokens.add(repeating: degradationKind)
            parts.append(tokens)
            perPatch.append(tokens.shape.rows / batch)
        }
        let count = perPatch.reduce(0) { $0 + max($1, 1) }  // P
        let result = Tensor([batch * count, width], in: context)
        for patch in 0..<batch {
            var row = patch * count
            for (part, rows) in zip(parts, perPatch) {
                result.placeRows(of: part, rows * patch..<rows * patch + max(rows, 1), at: row)
                row += max(rows, 1)
            }
        }
        return result
    }

    /// `[Q, V, V, c]` and `[Q]` to `[Q·(V/4)², W]`.
    private func encoded(
        _ textures: Tensor, _ similarities: [Float], in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        let (width, count) = (configuration.width, similarities.count)
        let tokens = positions.count / width
        let x = try texture(textures, output: .f32, in: context).reshaped([count * tokens, width])
        x.add(repeating: positions)
        let even = PatchDiT.normalised(x, output: .f32, in: context)
        let bumps = Tensor(
            similarities.flatMap(Self.features), [count, Self.bumps], in: context)
        let factors = try similarity(bumps, output: .f32, in: context)  // [Q, 2W]
        even.withUnsafeMutableFloats { values in
            factors.withUnsafeFloats { factors in
                for row in 0..<count * tokens {
                    let own = row / tokens * 2 * width
                    for c in 0..<width {
                        let value = values[row * width + c]
                        values[row * width + c] =
                            value * (1 + factors[own + c]) + factors[own + width + c]
                    }
                }
            }
        }
        let wide = try textureWiden(even, activation: .geluTanh, in: context)
        return PatchDiT.normalised(
            try textureNarrow(wide, addingTo: even, in: context), output: .f32, in: context)
    }

    private static let bumps = 16

    /// A cosine as 16 bumps between -0.25 and 1.
    private static func features(_ similarity: Float) -> [Float] {
        (0..<bumps).map { index in
            let distance = (similarity - (-0.25 + 1.25 * Float(index) / Float(bumps - 1))) / 0.1
            return exp(-distance * distance)
        }
    }
}

extension Tensor {
    /// Copies some rows of another matrix of the same width.
    fileprivate func placeRows(of part: Tensor, _ rows: Range<Int>, at row: Int) {
        let width = shape.last
        part.withUnsafeFloats { source in
            withUnsafeMutableFloats { target in
                for index in 0..<rows.count * width {
                    target[row * width + index] = source[rows.lowerBound * width + index]
                }
            }
        }
    }
}
