internal import Foundation

/// How much of the clean latent is left at each step: ᾱ_t for t = 0 … T.
///
/// Source: PatchScaler, equations (3) to (5), with the schedule of latent diffusion (Rombach et al. 2022):
/// √β rises linearly. x_t = √ᾱ_t x_0 + √(1 - ᾱ_t) ε.
public struct NoiseSchedule: Sendable, Equatable {
    /// T, the number of steps.
    public static let stepCount = 1000

    /// ᾱ_t, `stepCount + 1` numbers; ᾱ_0 = 1.
    public let alphas: [Float]

    /// The schedule that networks here are trained with.
    public static let standard = NoiseSchedule(firstBeta: 0.00085, lastBeta: 0.012)

    /// A schedule whose √β rises linearly.
    ///
    /// - Parameters:
    ///   - firstBeta: β_1.
    ///   - lastBeta: β_T.
    public init(firstBeta: Double, lastBeta: Double) {
        let (first, last) = (firstBeta.squareRoot(), lastBeta.squareRoot())
        var (product, alphas) = (1.0, [Float(1)])
        for step in 0..<Self.stepCount {
            let root = first + (last - first) * Double(step) / Double(Self.stepCount - 1)
            product *= 1 - root * root
            alphas.append(Float(product))
        }
        self.alphas = alphas
    }

    /// √ᾱ_t, the part of the signal.
    func signal(_ t: Int) -> Float { alphas[t].squareRoot() }

    /// √(1 - ᾱ_t), the deviation of the noise.
    func noise(_ t: Int) -> Float { (1 - alphas[t]).squareRoot() }

    /// Half the logarithm of the signal's variance over the noise's.
    func halfLogRatio(_ t: Int) -> Float { log(signal(t) / noise(t)) }
}
