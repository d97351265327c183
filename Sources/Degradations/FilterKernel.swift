internal import Foundation

/// A square of weights that sum to one, with which an image is correlated.
public struct FilterKernel: Sendable, Equatable {
    /// Weights in a row; odd.
    public let side: Int
    /// The weights, row by row.
    public let weights: [Double]

    /// The kernel of a blur.
    ///
    /// Source: Wang et al. 2021, Real-ESRGAN ([arXiv:2107.10833](https://arxiv.org/abs/2107.10833)),
    /// section 3.1. With q the squared distance in units of the deviations: exp(−q/2) for a
    /// Gaussian, exp(−q^β/2) for a generalised one, 1/(1 + q^β) for a plateau.
    ///
    /// - Parameter blur: Shape, side, deviations and angle.
    public init(_ blur: BlurStep) {
        let (cosine, sine) = (cos(blur.angleRadians), sin(blur.angleRadians))
        let across = 1 / (blur.sigmaAcrossPixels * blur.sigmaAcrossPixels)
        let down = 1 / (blur.sigmaDownPixels * blur.sigmaDownPixels)
        // The inverse of R diag(σ²) Rᵀ.
        let xx = cosine * cosine * across + sine * sine * down
        let yy = sine * sine * across + cosine * cosine * down
        let xy = cosine * sine * (across - down)
        self.init(side: blur.side) { x, y in
            let squared = max(0, xx * x * x + 2 * xy * x * y + yy * y * y)
            return switch blur.shape {
            case .gaussian: exp(-0.5 * squared)
            case .generalized: exp(-0.5 * pow(squared, blur.beta))
            case .plateau: 1 / (1 + pow(squared, blur.beta))
            }
        }
    }

    /// A circular low-pass filter, which rings like a resampled or sharpened picture.
    ///
    /// Source: Real-ESRGAN, equation (6): ω J₁(ω r) / (2 π r).
    ///
    /// - Parameters:
    ///   - side: Weights in a row; odd.
    ///   - cutoff: The cut-off frequency ω in radians per pixel, up to π.
    public init(sincOfSide side: Int, cutoff: Double) {
        self.init(side: side) { x, y in
            let radius = (x * x + y * y).squareRoot()
            if radius == 0 { return cutoff * cutoff / (4 * .pi) }
            return cutoff * j1(cutoff * radius) / (2 * .pi * radius)
        }
    }

    private init(side: Int, weight: (Double, Double) -> Double) {
        precondition(side >= 1 && side % 2 == 1, "a kernel of side \(side)")
        let half = side / 2
        var weights: [Double] = []
        weights.reserveCapacity(side * side)
        for y in -half...half {
            for x in -half...half { weights.append(weight(Double(x), Double(y))) }
        }
        let sum = weights.reduce(0, +)
        self.side = side
        self.weights = weights.map { $0 / sum }
    }
}
