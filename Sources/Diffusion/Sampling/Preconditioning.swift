/// What stands between a network's output and the clean latent.
///
/// Only the difference d = x_0 - y_0 between the clean and the coarse latent is denoised:
/// z_t = x_t - √ᾱ_t y_0 = √ᾱ_t d + √(1 - ᾱ_t) ε. With σ the deviation of d, the network's output F gives
/// d = c_skip z_t + c_out F, where c_skip z_t is the best linear estimate and F has variance 1 at
/// every t: the preconditioning of Karras et al. 2022 for a process that preserves variance.
public struct Preconditioning: Sendable, Equatable {
    /// The schedule.
    public let schedule: NoiseSchedule

    /// σ, the deviation of d.
    public let deviation: Float

    /// Makes the factors of a network.
    ///
    /// - Parameters:
    ///   - schedule: The schedule that it was trained with.
    ///   - deviation: σ.
    public init(schedule: NoiseSchedule = .standard, deviation: Float) {
        self.schedule = schedule
        self.deviation = deviation
    }

    /// The factor that brings z_t to variance 1.
    func input(_ t: Int) -> Float { 1 / variance(t).squareRoot() }

    /// c_skip.
    func skip(_ t: Int) -> Float {
        schedule.signal(t) * deviation * deviation / variance(t)
    }

    /// c_out.
    func out(_ t: Int) -> Float {
        deviation * ((1 - schedule.alphas[t]) / variance(t)).squareRoot()
    }

    private func variance(_ t: Int) -> Float {
        let alpha = schedule.alphas[t]
        return alpha * deviation * deviation + 1 - alpha
    }
}
