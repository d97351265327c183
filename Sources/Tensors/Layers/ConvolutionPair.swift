/// Two 3×3 convolutions of C channels with SiLU between them, `second(SiLU(first(·)))`.
///
/// Large images take Winograd's algorithm where it is the faster one; see ``WinogradPair``.
package struct ConvolutionPair: Sendable {
    let first: Convolution
    let second: Convolution
    /// How often the same photo comes here about, with other parts of it.
    let uses: Int

    /// Takes `first` and `second` from a file.
    ///
    /// - Parameters:
    ///   - weights: Where they are.
    ///   - channels: C.
    ///   - uses: How many calls of about the same size a photo makes: with more of them, preparing
    ///     weights for a faster algorithm pays for smaller images.
    /// - Throws: ``WeightsError`` when the sizes cannot be right.
    package init(from weights: Weights, channels: Int, uses: Int = 1) throws(WeightsError) {
        first = try Convolution(from: weights["first"], in: channels, out: channels, kernel: 3)
        second = try Convolution(from: weights["second"], in: channels, out: channels, kernel: 3)
        self.uses = uses
    }

    /// Makes a pair of two layers that keep the number of channels and the size of an image.
    init(first: Convolution, second: Convolution, uses: Int = 1) {
        (self.first, self.second, self.uses) = (first, second, uses)
    }

    /// Adds `gain·second(SiLU(first(norm(x))))` to `x`, `[B, H, W, C]`, f32, in its own memory.
    ///
    /// - Parameters:
    ///   - x: What is refined.
    ///   - norm: What comes before the convolutions.
    ///   - gain: A factor for each channel of what is added, or nil for 1.
    ///   - context: Where to run.
    /// - Throws: ``ComputeError/refused(_:)`` when oneDNN has no good code for the shape.
    package func refine(
        _ x: Tensor, after norm: LayerNorm, gain: [Float]? = nil, in context: ComputeContext
    ) throws(ComputeError) {
        if let pair = WinogradPair(self, for: x.shape, in: context) {
            return try pair.refine(x, after: norm, gain: gain, in: context)
        }
        let y = try first(norm(x, in: context), activation: .swish, in: context)  // [B, H, W, C]
        if let gain {
            x.add(try second(y, output: .f32, in: context), times: gain)
        } else {
            try second(y, addingTo: x, in: context)
        }
    }
}
