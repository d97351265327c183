public import RandomDraws

/// One normal noise for the whole latent of a photo, from which patches are cut.
///
/// The noise of a number follows from its place alone, so that patches agree where they overlap, and
/// any thread can cut any patch at any time.
public struct NoiseField: Sendable, Equatable {
    private let draws: DrawSource

    /// Makes a field.
    ///
    /// - Parameter draws: Decides every number; made of a seed and of the photo's content.
    public init(_ draws: DrawSource) {
        self.draws = draws
    }

    /// Another field for a step on the way; those of different steps have nothing in common.
    ///
    /// - Parameter t: The step.
    /// - Returns: The field.
    public func fresh(at t: Int) -> NoiseField { NoiseField(draws.branch(t)) }

    /// The noise of a patch, of mean 0 and deviation 1.
    ///
    /// - Parameters:
    ///   - x: Its leftmost latent position.
    ///   - y: Its topmost latent position.
    ///   - side: V.
    ///   - channels: c.
    /// - Returns: `[V, V, c]`.
    public func patch(x: Int, y: Int, side: Int, channels: Int) -> [Float] {
        precondition(channels <= 1 << 8 && x + side <= 1 << 24, "a field of 2²⁴ columns at most")
        var values: [Float] = []
        values.reserveCapacity(side * side * channels)
        for row in UInt64(y)..<UInt64(y + side) {
            for column in UInt64(x)..<UInt64(x + side) {
                for channel in 0..<UInt64(channels) {
                    values.append(Float(draws.normal(at: row << 32 | column << 8 | channel)))
                }
            }
        }
        return values
    }
}
