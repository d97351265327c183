public import ModelStore

/// What a detail decoder is: the file `configuration.json` beside its weights.
///
/// The same keys, in snake case, are used by the PyTorch twin in `Scripts/training`.
public struct DetailDecoderConfiguration: StrictConfiguration, Codable, Equatable, Sendable {
    /// The name of the network that these settings belong to; always "detail-decoder".
    public var architecture = "detail-decoder"

    /// c, the channels of the latent.
    public var latentChannels = 16

    /// Channels of the features at a quarter of the image's side.
    public var fineChannels = 128

    /// Channels of the features at an eighth of the image's side.
    public var coarseChannels = 256

    /// The residual blocks: fine, coarse.
    public var decoderBlocks = [2, 2]

    /// The fingerprint of the autoencoder whose latents it decodes.
    public var autoencoder = ""

    enum CodingKeys: String, CodingKey, CaseIterable {
        case architecture, autoencoder
        case latentChannels = "latent_channels"
        case fineChannels = "fine_channels"
        case coarseChannels = "coarse_channels"
        case decoderBlocks = "decoder_blocks"
    }

    /// Makes the configuration with the default of every setting.
    public init() {}

    /// Every key of the file.
    public static let keys = Set(CodingKeys.allCases.map(\.rawValue))

    /// Checks that a network can be made with these settings.
    ///
    /// - Throws: ``ModelStore/ConfigurationError/invalid(key:reason:)`` for the first that cannot.
    public func validate() throws(ConfigurationError) {
        try require(
            architecture == "detail-decoder", CodingKeys.architecture, "must be \"detail-decoder\"")
        try asAutoencoder.validate()
    }

    /// The autoencoder that has such a decoder.
    var asAutoencoder: AutoencoderConfiguration {
        var result = AutoencoderConfiguration()
        result.latentChannels = latentChannels
        result.fineChannels = fineChannels
        result.coarseChannels = coarseChannels
        result.decoderBlocks = decoderBlocks
        return result
    }
}
