import Foundation

/// Unit keys around random centres, each by its number.
struct SyntheticKeys {
    private let dimension: Int
    private let noise: Float
    private let centres: [[Float]]

    init(dimension: Int, clusters: Int, noise: Float) {
        self.dimension = dimension
        self.noise = noise
        var random = Generator(state: 1)
        centres = (0..<clusters).map { _ in Self.direction(dimension, &random) }
    }

    func keys(_ numbers: Range<Int>) -> [[Float]] {
        numbers.map { number in
            var random = Generator(state: 0x1234_5678 &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
            let centre = centres[Int(random.next() % UInt64(centres.count))]
            let own = Self.direction(dimension, &random)
            let key = zip(centre, own).map { $0 + noise * $1 }
            return Self.unit(key)
        }
    }

    func write(_ count: Int, to url: URL) throws {
        try Data().write(to: url)
        let file = try FileHandle(forWritingTo: url)
        for start in stride(from: 0, to: count, by: 10_000) {
            let block = keys(start..<min(count, start + 10_000)).flatMap { $0 }
            try block.withUnsafeBytes { try file.write(contentsOf: Data($0)) }
        }
        try file.close()
    }

    /// Evenly spread numbers in a cube, made as long as 1: near enough to evenly spread directions.
    private static func direction(_ dimension: Int, _ random: inout Generator) -> [Float] {
        unit((0..<dimension).map { _ in Float(Int64(bitPattern: random.next()) >> 40) })
    }

    private static func unit(_ numbers: [Float]) -> [Float] {
        let length = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return numbers.map { $0 / length }
    }

    private struct Generator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}
