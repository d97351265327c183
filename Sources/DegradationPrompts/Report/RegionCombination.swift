internal import Foundation

/// From the scores of regions to one answer for the photo.
enum RegionCombination {
    /// The probabilities of a type's degrees in each region: the softmax of the scores over the type's
    /// temperature.
    static func probabilities(_ scores: ArraySlice<Float>, temperature: Float) -> [Double] {
        let scaled = scores.map { Double($0 / temperature) }
        let greatest = scaled.max() ?? 0
        let powers = scaled.map { exp($0 - greatest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    /// One answer from those of all regions: the mean of log probabilities, in which a region counts by
    /// how much it knows.
    ///
    /// A patch of sky says nothing of blur, and its probabilities are nearly equal: its weight is then
    /// nearly 0. The mean, and not the sum, because neighbours are no independent witnesses.
    ///
    /// - Parameter regions: The probabilities of the degrees in each region; at least one region.
    /// - Returns: The probabilities for the photo.
    static func combined(_ regions: [[Double]]) -> [Double] {
        let count = regions[0].count
        var (sums, total) = ([Double](repeating: 0, count: count), 0.0)
        for region in regions {
            let logs = region.map { log(max($0, 1e-9)) }
            let entropy = -zip(region, logs).reduce(0) { $0 + $1.0 * $1.1 }
            let weight = max(0.02, 1 - entropy / log(Double(count)))
            for index in 0..<count { sums[index] += weight * logs[index] }
            total += weight
        }
        let powers = sums.map { exp($0 / total) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }
}
