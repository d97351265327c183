internal import ModelStore
internal import Tensors

/// Mean and deviation of each channel of the latents as an encoder's last layer gives them.
struct LatentMoments {
    let mean: [Float]
    let deviation: [Float]

    init(from weights: Weights, channels: Int) throws(WeightsError) {
        mean = try weights.take("latent_mean", [channels])
        deviation = try weights.take("latent_deviation", [channels])
    }

    /// - Throws: ``ModelStore/ConfigurationError`` when a deviation is not positive.
    func check() throws(ConfigurationError) {
        guard deviation.allSatisfy({ $0 > 0 && $0.isFinite }), mean.allSatisfy(\.isFinite) else {
            throw .invalid(
                key: "latent_deviation", reason: "must be positive numbers in the weights")
        }
    }
}
