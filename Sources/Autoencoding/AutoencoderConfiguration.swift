public import ModelStore

/// What an autoencoder is: the file `configuration.json` beside its weights.
///
/// The same keys, in snake case, are used by the PyTorch twin in `Scripts/training`.
public struct AutoencoderConfiguration: StrictConfiguration, Codable, Equatable, Sendable {
    /// The name of the network that these settings belong to; always "autoencoder".
    public var architecture = "autoencoder"

    /// c, the channels of the latent.
    public var latentChannels = 16

    /// Channels of the features at a quarter of the image's side.
    public var fineChannels = 128

    /// Channels of the features at an eighth of the image's side.
    public var coarseChannels = 256

    /// The residual blocks of the encoder: fine, coarse.
    public var encoderBlocks = [2, 2]

    /// The residual blocks of the decoder: fine, coarse.
    public var decoderBlocks = [2, 2]

    enum CodingKeys: String, CodingKey, CaseIterable {
        case architecture
        case latentChannels = "latent_channels"
        case fineChannels = "fine_channels"
        case coarseChannels = "coarse_channels"
        case encoderBlocks = "encoder_blocks"
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
            architecture == "autoencoder", CodingKeys.architecture, "must be \"autoencoder\"")
        try require((1...64).contains(latentChannels), CodingKeys.latentChannels, "must be 1 to 64")
        for (channels, key) in [
            (fineChannels, CodingKeys.fineChannels), (coarseChannels, CodingKeys.coarseChannels),
        ] {
            try require(
                (16...1024).contains(channels) && channels % 16 == 0, key,
                "must be a multiple of 16, at most 1024")
        }
        for (blocks, key) in [
            (encoderBlocks, CodingKeys.encoderBlocks), (decoderBlocks, CodingKeys.decoderBlocks),
        ] {
            try require(
                blocks.count == 2 && blocks.allSatisfy { (0...32).contains($0) }, key,
                "must be two numbers from 0 to 32")
        }
    }

    /// The latents around a place of the latent that its value depends on, in each direction.
    ///
    /// Each 3×3 convolution reaches one pixel further: the encoder's tail and coarse blocks at the
    /// latent's size, its fine blocks and its head at twice that size.
    public var encoderReach: Int { 1 + 2 * encoderBlocks[1] + (2 * encoderBlocks[0] + 1 + 1) / 2 }

    /// The latents around a block of 8×8 pixels that its pixels depend on, in each direction.
    public var decoderReach: Int { 1 + 2 * decoderBlocks[1] + (2 * decoderBlocks[0] + 1 + 1) / 2 }
}
