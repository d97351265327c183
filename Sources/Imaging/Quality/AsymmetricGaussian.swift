import Foundation

/// An asymmetric generalised Gaussian distribution, fitted to samples by their moments.
///
/// Source: Mittal et al. 2013 (NIQE), equations (5) to (8), and `estimateaggdparam.m` of its
/// authors: the shape is taken from a table of 9,801 shapes between 0.2 and 10.
struct AsymmetricGaussian {
    /// α, from 0.2 (peaked, with long tails) to 10 (flat).
    let shape: Double

    /// β of the values below 0.
    let left: Double

    /// β of the values above 0.
    let right: Double

    /// η, the mean of the distribution.
    var mean: Double { (right - left) * tgamma(2 / shape) / tgamma(1 / shape) }

    /// Fits the distribution.
    ///
    /// - Parameter samples: The values. Where none lies on a side of 0, that side's β is NaN, and
    ///   the shape is the table's first, as in MATLAB.
    init(fitting samples: [Double]) {
        var (below, countBelow) = (0.0, 0)
        var (above, countAbove) = (0.0, 0)
        var magnitude = 0.0
        for x in samples {
            magnitude += abs(x)
            if x < 0 {
                below += x * x
                countBelow += 1
            } else if x > 0 {
                above += x * x
                countAbove += 1
            }
        }
        let count = Double(samples.count)
        let deviationLeft = (below / Double(countBelow)).squareRoot()
        let deviationRight = (above / Double(countAbove)).squareRoot()
        let γ = deviationLeft / deviationRight
        let r = (magnitude / count) * (magnitude / count) / ((below + above) / count)
        let ratio = r * (γ * γ * γ + 1) * (γ + 1) / ((γ * γ + 1) * (γ * γ + 1))
        shape = Self.shape(forRatio: ratio)
        let scale = (tgamma(1 / shape) / tgamma(3 / shape)).squareRoot()
        left = deviationLeft * scale
        right = deviationRight * scale
    }

    /// The shapes of the table.
    private static let shapes: [Double] = (0...9800).map { 0.2 + 0.001 * Double($0) }

    /// Γ(2/α)² / (Γ(1/α) Γ(3/α)) for each shape, rising with it.
    private static let ratios: [Double] = shapes.map { α in
        let middle = tgamma(2 / α)
        return middle * middle / (tgamma(1 / α) * tgamma(3 / α))
    }

    /// The shape in the table whose ratio is nearest; the lower one of two that are equally near.
    private static func shape(forRatio ratio: Double) -> Double {
        guard ratio > ratios[0] else { return shapes[0] }  // NaN as well
        var (low, high) = (0, ratios.count)  // ratios[low] < ratio, and ratios[high] is not
        while high - low > 1 {
            let middle = (low + high) / 2
            if ratios[middle] < ratio { low = middle } else { high = middle }
        }
        guard high < ratios.count else { return shapes[low] }
        return ratio - ratios[low] <= ratios[high] - ratio ? shapes[low] : shapes[high]
    }
}
