import Foundation

/// How much every region counts at every position along one axis.
///
/// A region counts fully where it is alone, and less towards an end that it shares with a
/// neighbour, along a squared sine: level at both ends, so that no seam shows even in a flat sky.
/// At every position the weights of all regions sum to one. Because a ``RegionGrid`` is a full
/// grid, the weight of a region at a pixel is the product of its two axes', and those sum to one as
/// well.
public struct BlendWindow: Sendable, Equatable {
    /// For every region, its weights from the first position it covers to the last.
    public let weights: [[Float]]

    /// Computes the weights of regions along an axis.
    ///
    /// - Parameter ranges: What the regions cover, in ascending order and without gaps.
    public init(ranges: [Range<Int>]) {
        let length = ranges.last?.upperBound ?? 0
        let raw = ranges.indices.map { Self.rampedWeights(of: $0, in: ranges) }
        var sums = [Double](repeating: 0, count: length)
        for (range, values) in zip(ranges, raw) {
            for (position, value) in zip(range, values) { sums[position] += value }
        }
        weights = zip(ranges, raw).map { range, values in
            zip(range, values).map { position, value in Float(value / sums[position]) }
        }
    }

    /// Weights that rise over what is shared with the region before and fall over what is shared
    /// with the one behind; above 0 everywhere.
    private static func rampedWeights(of index: Int, in ranges: [Range<Int>]) -> [Double] {
        let range = ranges[index]
        let rise = index > 0 ? ranges[index - 1].upperBound - range.lowerBound : 0
        let fall =
            index + 1 < ranges.count ? range.upperBound - ranges[index + 1].lowerBound : 0
        return (0..<range.count).map { i in
            ramp(i, over: rise) * ramp(range.count - 1 - i, over: fall)
        }
    }

    private static func ramp(_ position: Int, over length: Int) -> Double {
        guard position < length else { return 1 }
        let sine = sin(.pi / 2 * (Double(position) + 0.5) / Double(length))
        return sine * sine
    }
}
