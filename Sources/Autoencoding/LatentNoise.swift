internal import Foundation

extension Latent {
    /// A copy with normal noise of mean 0 added to every number.
    ///
    /// The noise of each number follows from the seed and the number's place alone (SplitMix64 as a
    /// counter-based generator, then Box and Muller), so it is the same on every machine.
    ///
    /// - Parameters:
    ///   - deviation: The noise's standard deviation, in units of the latent's.
    ///   - seed: Which noise.
    /// - Returns: The noisy latent.
    public func addingNoise(deviation: Float, seed: UInt64) -> Latent {
        var result = self
        for index in result.values.indices {
            result.values[index] += deviation * Self.normal(seed: seed, index: UInt64(index))
        }
        return result
    }

    private static func normal(seed: UInt64, index: UInt64) -> Float {
        let first = uniform(mixed(seed &+ 0x9E37_79B9_7F4A_7C15 &* (2 &* index &+ 1)))
        let second = uniform(mixed(seed &+ 0x9E37_79B9_7F4A_7C15 &* (2 &* index &+ 2)))
        return Float((-2 * log(first)).squareRoot() * cos(2 * .pi * second))
    }

    /// In 0…1, without 0 itself.
    private static func uniform(_ bits: UInt64) -> Double {
        (Double(bits >> 11) + 0.5) * 0x1p-53
    }

    /// The output function of SplitMix64 (Steele, Lea and Flood 2014).
    private static func mixed(_ state: UInt64) -> UInt64 {
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
