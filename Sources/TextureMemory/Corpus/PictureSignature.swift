internal import Imaging

/// What a picture looks like from far away, by which copies of it are known again.
///
/// The luma is averaged over a grid of 9×9 cells of equal shape. 144 bits say of each two
/// neighbours whether the first is brighter by more than one level (of 255): a difference hash in
/// both directions, as in Krawetz 2013, "Kind of Like That". Two pictures count as copies when
///
/// * at most ``largestDistance`` bits differ,
/// * the cells differ by at most ``largestDifference`` levels on average, which tells plain
///   surfaces apart, and
/// * the ratios of their sides differ by at most 2 %.
///
/// So a copy that was resized, compressed again or changed a little in brightness is found; one
/// that was cropped, mirrored or turned is not.
struct PictureSignature: Sendable, Hashable {
    /// The bits that may differ.
    static let largestDistance = 8

    /// The mean difference that cells may have, in levels.
    static let largestDifference = 8.0

    /// Cells along one side.
    static let side = 9

    /// Mean luma of each cell in 255ths, row by row.
    let cells: [UInt8]

    /// Width over height.
    let aspect: Double

    /// The 144 bits, the last of three words holding 16: first differences to the right, then down.
    let bits: [UInt64]

    init(cells: [UInt8], aspect: Double) {
        precondition(cells.count == Self.side * Self.side, "\(cells.count) cells")
        self.cells = cells
        self.aspect = aspect
        var (bits, next) = ([UInt64](repeating: 0, count: 3), 0)
        func add(_ first: Int, _ second: Int) {
            if Int(cells[first]) > Int(cells[second]) + 1 {
                bits[next / 64] |= 1 << UInt64(next % 64)
            }
            next += 1
        }
        for y in 0..<Self.side {
            for x in 0..<Self.side - 1 { add(y * Self.side + x, y * Self.side + x + 1) }
        }
        for y in 0..<Self.side - 1 {
            for x in 0..<Self.side { add(y * Self.side + x, (y + 1) * Self.side + x) }
        }
        self.bits = bits
    }

    /// The signature of a picture.
    ///
    /// - Parameter luma: The picture in grey.
    init(luma: Image) {
        let small = luma.resized(width: Self.side, height: Self.side, filter: .area)
        self.init(
            cells: small.clamped().pixels.map { UInt8(($0 * 255).rounded()) },
            aspect: Double(luma.width) / Double(luma.height))
    }

    /// Bits that differ.
    func distance(to other: PictureSignature) -> Int {
        zip(bits, other.bits).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
    }

    /// Whether two pictures count as copies of one.
    func isCopy(of other: PictureSignature) -> Bool {
        let ratio = aspect / other.aspect
        guard ratio < 1.02, ratio > 1 / 1.02, distance(to: other) <= Self.largestDistance else {
            return false
        }
        let sum = zip(cells, other.cells).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        return Double(sum) <= Self.largestDifference * Double(cells.count)
    }

    /// The bits in nine pieces of 16.
    ///
    /// Of two signatures that differ in eight bits or fewer, at least one piece is the same.
    var pieces: [UInt16] {
        (0..<9).map { UInt16(truncatingIfNeeded: bits[$0 / 4] >> UInt64($0 % 4 * 16)) }
    }
}
