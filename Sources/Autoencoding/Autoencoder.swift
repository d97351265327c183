internal import Foundation
public import ModelStore
public import Tensors

/// The project's own latent autoencoder: each side an eighth, and c channels of unit variance.
///
/// Two scales of residual convolutions stand beside a linear path. Normalisation looks at the
/// channels of one pixel only, so every value depends on a bounded neighbourhood, and tiles of a
/// large image make exactly the whole. See `Documentation/Autoencoder.md`; the PyTorch twin in
/// `Scripts/training` has the same names.
public struct Autoencoder: LatentAutoencoder {
    /// What the network is.
    public let configuration: AutoencoderConfiguration

    /// The fingerprint of the model folder.
    public let fingerprint: String

    private let encoder: Encoder
    private var decoder: Decoder
    private var decoderReach: Int

    /// Loads the network from a model folder, all of whose files are checked.
    ///
    /// - Parameter model: The folder.
    /// - Returns: The network.
    /// - Throws: ``ModelStore/ModelError`` when the folder holds another network, or is damaged.
    public static func load(_ model: ModelFolder) throws -> Autoencoder {
        try model.network(architecture: "autoencoder") { folder in
            try Autoencoder(
                from: Weights(SafetensorsFile(folder.weightsURL)),
                configuration: AutoencoderConfiguration(
                    json: Data(contentsOf: folder.configurationURL)),
                fingerprint: folder.manifest.fingerprint)
        }
    }

    /// Makes the network from its weights.
    ///
    /// - Parameters:
    ///   - weights: All tensors of the network and no others.
    ///   - configuration: What the network is.
    ///   - fingerprint: See ``fingerprint``.
    /// - Throws: ``Tensors/WeightsError`` listing every tensor that is missing, of another shape,
    ///   or unknown; ``ModelStore/ConfigurationError`` for settings that make no network, or when
    ///   a deviation in the weights is not positive.
    public init(
        from weights: Weights, configuration: AutoencoderConfiguration, fingerprint: String
    ) throws {
        try configuration.validate()
        let c = configuration
        self.configuration = configuration
        self.fingerprint = fingerprint
        decoderReach = c.decoderReach
        let moments = try LatentMoments(from: weights, channels: c.latentChannels)
        let (mean, deviation) = (moments.mean, moments.deviation)
        encoder = try Encoder(from: weights["encoder"], c, mean: mean, deviation: deviation)
        decoder = try Decoder(from: weights["decoder"], c, mean: mean, deviation: deviation)
        try weights.finish()
        try moments.check()
    }

    /// The same encoder with another decoder.
    ///
    /// Its latents stay what they are, and so does its ``fingerprint``.
    ///
    /// - Parameter other: A decoder of latents with as many channels.
    /// - Returns: The pair.
    public func decoding(with other: DetailDecoder) -> Autoencoder {
        precondition(
            other.configuration.latentChannels == latentChannels,
            "\(other.configuration.latentChannels) latent channels for \(latentChannels)")
        var result = self
        result.decoder = other.decoder
        result.decoderReach = other.configuration.asAutoencoder.decoderReach
        return result
    }

    /// c, the channels of the latent.
    public var latentChannels: Int { configuration.latentChannels }

    /// 8: the pixels along each side of one latent pixel.
    public var downsampling: Int { 8 }

    /// The reach of the network's convolutions.
    public var tileContext: TileContext {
        .exact(encoder: configuration.encoderReach, decoder: decoderReach)
    }

    /// 1152 pixels along each side, which take about 250 MB of memory for each thread.
    public var standardTiles: TileOptions { TileOptions(side: 1152) }

    /// See ``LatentAutoencoder/encode(_:in:)``.
    public func encode(
        _ image: Tensor, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        precondition(
            image.shape.rank == 4 && image.shape.last == 3 && image.shape[1] % 8 == 0
                && image.shape[2] % 8 == 0, "\(image.shape) in blocks of 8×8 pixels")
        return try encoder(image, in: context)
    }

    /// See ``LatentAutoencoder/decode(_:in:)``.
    public func decode(
        _ latent: Tensor, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        precondition(
            latent.shape.rank == 4 && latent.shape.last == latentChannels,
            "\(latent.shape) for \(latentChannels) latent channels")
        return try decoder(latent, in: context)
    }
}
