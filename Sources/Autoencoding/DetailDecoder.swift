internal import Foundation
public import ModelStore
public import Tensors

/// A decoder for latents that were restored and drawn, and not encoded.
///
/// What PatchScaler makes lacks the detail that its networks do not know to draw, and holds some that no
/// encoder writes. An autoencoder's own decoder shows both, as smooth places and as a weave. This one is
/// of the same kind, and learned from such latents beside a critic of pictures: `Scripts/training/train_detail_decoder.py`,
/// and `Documentation/PatchScaler.md`.
public struct DetailDecoder: Sendable {
    /// What the network is.
    public let configuration: DetailDecoderConfiguration

    /// The fingerprint of the model folder.
    public let fingerprint: String

    let decoder: Decoder

    /// Loads the network from a model folder, all of whose files are checked.
    ///
    /// - Parameter model: The folder.
    /// - Returns: The network.
    /// - Throws: ``ModelStore/ModelError`` when the folder holds another network, or is damaged.
    public static func load(_ model: ModelFolder) throws -> DetailDecoder {
        try model.network(architecture: "detail-decoder") { folder in
            try DetailDecoder(
                from: Weights(SafetensorsFile(folder.weightsURL)),
                configuration: DetailDecoderConfiguration(
                    json: Data(contentsOf: folder.configurationURL)),
                fingerprint: folder.manifest.fingerprint)
        }
    }

    /// Makes the network from its weights.
    ///
    /// - Parameters:
    ///   - weights: All tensors of the network and no others, named as in an autoencoder.
    ///   - configuration: What the network is.
    ///   - fingerprint: See ``fingerprint``.
    /// - Throws: ``Tensors/WeightsError`` listing every tensor that is missing, of another shape,
    ///   or unknown; ``ModelStore/ConfigurationError`` for settings that make no network, or when
    ///   a deviation in the weights is not positive.
    public init(
        from weights: Weights, configuration: DetailDecoderConfiguration, fingerprint: String
    ) throws {
        try configuration.validate()
        self.configuration = configuration
        self.fingerprint = fingerprint
        let moments = try LatentMoments(from: weights, channels: configuration.latentChannels)
        decoder = try Decoder(
            from: weights["decoder"], configuration.asAutoencoder, mean: moments.mean,
            deviation: moments.deviation)
        try weights.finish()
        try moments.check()
    }
}
