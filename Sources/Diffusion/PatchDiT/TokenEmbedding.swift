internal import Tensors

/// Weights of a linear layer over tokens of `side`×`side` positions, as convolutions over the positions.
///
/// In files the numbers of a token stand position by position, row by row, and channels within.
enum TokenEmbedding {
    /// A convolution over some of a position's channels: the parts of one linear layer add up.
    ///
    /// - Parameters:
    ///   - weight: `[outputs, side²·total]`.
    ///   - bias: What is added, or nil.
    ///   - side: The side of a token in positions.
    ///   - total: The channels of a position.
    ///   - channels: Those that this convolution sees.
    /// - Returns: `[B, V, V, channels]` to `[B, V/side, V/side, outputs]`.
    static func convolution(
        weight: [Float], bias: [Float]?, side: Int, total: Int, channels: Range<Int>
    ) -> Convolution {
        let inputs = side * side * total
        let outputs = weight.count / inputs
        var ordered: [Float] = []
        ordered.reserveCapacity(outputs * channels.count * side * side)
        for output in 0..<outputs {
            for channel in channels {
                for place in 0..<side * side {
                    ordered.append(weight[output * inputs + place * total + channel])
                }
            }
        }
        return Convolution(
            weight: ordered, bias: bias,
            .init(
                inputs: channels.count, outputs: outputs, kernel: side, stride: side, padding: 0))
    }
}
