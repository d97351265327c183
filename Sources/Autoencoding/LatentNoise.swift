internal import RandomDraws

extension Latent {
    /// A copy with normal noise of mean 0 added to every number.
    ///
    /// The noise of each number follows from the seed and the number's place alone, so it is the
    /// same on every machine.
    ///
    /// - Parameters:
    ///   - deviation: The noise's standard deviation, in units of the latent's.
    ///   - seed: Which noise.
    /// - Returns: The noisy latent.
    public func addingNoise(deviation: Float, seed: UInt64) -> Latent {
        let draws = DrawSource(key: seed)
        var result = self
        for index in result.values.indices {
            result.values[index] += deviation * Float(draws.normal(at: UInt64(index)))
        }
        return result
    }
}
