public import Foundation

/// Random numbers that follow from a key and a position alone, whatever thread asks for them.
///
/// The key comes from a seed and the content of a file: pictures of one folder get different
/// draws, and a picture gets the same ones alone, in a folder, or under another name.
///
/// Source: SplitMix64 (Steele, Lea and Flood 2014, "Fast Splittable Pseudorandom Number
/// Generators") used as a counter-based generator.
public struct DrawSource: Sendable, Equatable {
    /// What decides every number.
    public let key: UInt64
    private var position: UInt64 = 0

    /// The sequence of a key.
    ///
    /// - Parameter key: Which sequence.
    public init(key: UInt64) {
        self.key = key
    }

    /// The sequence of a seed and a file.
    ///
    /// - Parameters:
    ///   - seed: What the user chose.
    ///   - content: The bytes of the file.
    public init(seed: UInt64, content: Data) {
        var hash = Self.mixed(seed &+ Self.step) ^ UInt64(content.count)
        content.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count - bytes.count % 8, by: 8) {
                let word = bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
                hash = Self.mixed((hash ^ UInt64(littleEndian: word)) &+ Self.step)
            }
            for byte in bytes.suffix(bytes.count % 8) {
                hash = Self.mixed((hash ^ UInt64(byte)) &+ Self.step)
            }
        }
        key = hash
    }

    /// A sequence of its own for one step, whose numbers are asked for by their place.
    ///
    /// - Parameter number: Which; sequences of different numbers have nothing in common.
    /// - Returns: The sequence, from its start.
    public func branch(_ number: Int) -> DrawSource {
        DrawSource(key: Self.mixed(Self.mixed(key ^ 0xA5A5_5A5A_C3C3_3C3C) &+ UInt64(number)))
    }

    /// A number in 0..<1 by its place.
    ///
    /// - Parameter place: The place in the sequence.
    /// - Returns: A multiple of 2⁻⁵³.
    public func uniform(at place: UInt64) -> Double { Double(bits(at: place) >> 11) * 0x1p-53 }

    /// A normally distributed number by its place: mean 0, deviation 1.
    ///
    /// - Parameter place: The place; each takes two of the sequence's numbers (Box and Muller).
    /// - Returns: The number.
    public func normal(at place: UInt64) -> Double {
        let radius = (Double(bits(at: 2 &* place) >> 11) + 0.5) * 0x1p-53
        return (-2 * log(radius)).squareRoot() * cos(2 * .pi * uniform(at: 2 &* place &+ 1))
    }

    /// The next number, evenly distributed over a range.
    ///
    /// - Parameter range: The range.
    /// - Returns: A number of it.
    public mutating func uniform(in range: ClosedRange<Double>) -> Double {
        let drawn = uniform(at: nextPlace())
        return range.lowerBound + drawn * (range.upperBound - range.lowerBound)
    }

    /// True with a probability; certainty takes no draw.
    ///
    /// - Parameter probability: How often.
    /// - Returns: Whether it is so this time.
    public mutating func chance(_ probability: Double) -> Bool {
        if probability >= 1 { return true }
        if probability <= 0 { return false }
        return uniform(at: nextPlace()) < probability
    }

    /// A whole number from a range, each as likely as the others.
    ///
    /// - Parameter range: The range.
    /// - Returns: A number of it.
    public mutating func index(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(uniform(at: nextPlace()) * Double(range.count))
    }

    /// The place of one of several probabilities that sum to one.
    ///
    /// - Parameter probabilities: The probabilities.
    /// - Returns: A place, never that of an impossible one.
    public mutating func choice(_ probabilities: [Double]) -> Int {
        var rest = uniform(at: nextPlace()) * probabilities.reduce(0, +)
        for (index, probability) in probabilities.enumerated() {
            if rest < probability { return index }
            rest -= probability
        }
        // Rounding may leave a last trace; an impossible choice is never the answer.
        return probabilities.lastIndex { $0 > 0 } ?? 0
    }

    private mutating func nextPlace() -> UInt64 {
        defer { position &+= 1 }
        return position
    }

    /// 64 random bits by their place.
    ///
    /// - Parameter place: The place in the sequence.
    /// - Returns: Each bit as likely as not.
    public func bits(at place: UInt64) -> UInt64 {
        Self.mixed(key &+ Self.step &* (place &+ 1))
    }

    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// The output function of SplitMix64.
    private static func mixed(_ state: UInt64) -> UInt64 {
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
