internal import RandomDraws

/// A small random generator that gives the same numbers everywhere, for tests that repeat exactly.
public struct SplitMix: RandomNumberGenerator, Sendable {
    private let draws: DrawSource
    private var place: UInt64 = 0

    /// Starts a sequence.
    ///
    /// - Parameter seed: Which sequence.
    public init(seed: UInt64) {
        draws = DrawSource(key: seed)
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        defer { place &+= 1 }
        return draws.bits(at: place)
    }

    /// Evenly spread numbers.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - range: The range they lie in.
    /// - Returns: The numbers.
    public mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }
}
