internal import Foundation

/// Sines and cosines that tell a token where and when it is.
enum SinePositions {
    /// Row and column of `side`² tokens, `[side², width]`: half of the numbers for each.
    static func grid(side: Int, width: Int) -> [Float] {
        let axis = (0..<side).map { position in
            let angles = rates(width / 4).map { Float(position) * $0 }
            return angles.map(sin) + angles.map(cos)
        }
        return (0..<side).flatMap { row in (0..<side).flatMap { axis[row] + axis[$0] } }
    }

    /// A step t, `[width]`.
    static func time(_ t: Int, width: Int) -> [Float] {
        let angles = rates(width / 2).map { Float(t) * $0 }
        return angles.map(cos) + angles.map(sin)
    }

    /// From 1 down to nearly 1/10,000.
    private static func rates(_ count: Int) -> [Float] {
        (0..<count).map { exp(-Float(log(10_000.0)) * Float($0) / Float(count)) }
    }
}
