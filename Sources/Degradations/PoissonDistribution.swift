internal import Foundation

/// Numbers of events that happen independently, `mean` of them on average.
struct PoissonDistribution {
    /// The mean, and the variance; 0…256 here.
    let mean: Double

    /// A count for an evenly distributed number, so that counts have this distribution.
    ///
    /// The probabilities are used up from the likeliest count outwards, which takes about as many
    /// steps as the deviation is wide.
    ///
    /// - Parameter drawn: In 0..<1.
    /// - Returns: The count.
    func quantile(_ drawn: Double) -> Int {
        guard mean > 0 else { return 0 }
        let mode = Int(mean)
        let peak = exp(Double(mode) * log(mean) - mean - Self.logFactorial(mode))
        var rest = drawn - peak
        if rest < 0 { return mode }
        var (low, high, lowProbability, highProbability) = (mode, mode, peak, peak)
        // Below this nothing is left but rounding.
        while lowProbability > 1e-20 || highProbability > 1e-20 {
            high += 1
            highProbability *= mean / Double(high)
            rest -= highProbability
            if rest < 0 { return high }
            if low > 0 {
                lowProbability *= Double(low) / mean
                low -= 1
                rest -= lowProbability
                if rest < 0 { return low }
            } else {
                lowProbability = 0
            }
        }
        return mode
    }

    private static func logFactorial(_ count: Int) -> Double {
        count < logFactorials.count ? logFactorials[count] : lgamma(Double(count) + 1)
    }

    private static let logFactorials: [Double] = {
        var sums = [0.0]
        for count in 1...256 { sums.append(sums[count - 1] + log(Double(count))) }
        return sums
    }()
}
