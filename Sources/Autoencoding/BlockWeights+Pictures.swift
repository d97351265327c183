internal import Tensors

/// The first and the last layer of the autoencoder, which meet the picture in blocks of 8×8 pixels.
extension BlockWeights {
    /// `pixel_unshuffle(8)` of an image and a 1×1 convolution, as a 2×2 convolution with a stride
    /// of 2 over blocks of 4×4 pixels: `[H/4, W/4, 3·16]` to `[h, w, outputs]`.
    ///
    /// Each output is multiplied by its factor, and then its offset is added.
    static func projection(
        from weights: Weights, out outputs: Int, factor: [Float], offset: [Float]
    ) throws(WeightsError) -> Convolution {
        let weight = try weights.take("weight", [outputs, 192, 1, 1])
        let bias = try weights.take("bias", [outputs])
        // Kernel weights are [output][channel of the block of 4×4][row][column] over its places.
        let order = (0..<48).flatMap { channel in (0..<4).map { places[$0 * 48 + channel] } }
        let ordered = (0..<outputs).flatMap { output in
            order.map { weight[output * 192 + $0] * factor[output] }
        }
        return Convolution(
            weight: ordered, bias: bias.indices.map { bias[$0] * factor[$0] + offset[$0] },
            .init(inputs: 48, outputs: outputs, kernel: 2, stride: 2, padding: 0))
    }

    /// A 1×1 convolution before `pixel_shuffle(8)`, with its outputs in the order of four blocks of
    /// 4×4 pixels: `pixelsSpread(by: 2)` gives what `pixel_shuffle(4)` takes.
    static func reconstruction(
        from weights: Weights, in inputs: Int
    ) throws(WeightsError) -> Linear {
        let weight = try weights.take("weight", [192, inputs, 1, 1])
        return linear(weight, try weights.take("bias", [192]), in: inputs, rows: places)
    }

    /// For each of the four blocks of 4×4 pixels in a block of 8×8, row by row, and each of its 48
    /// channels (colour, row, column): that channel's number in the block of 8×8.
    static let places: [Int] = (0..<4).flatMap { block in
        (0..<48).map { channel in
            let (colour, row, column) = (channel / 16, channel / 4 % 4, channel % 4)
            return colour * 64 + (block / 2 * 4 + row) * 8 + block % 2 * 4 + column
        }
    }
}
