public import ModelStore

/// What a restoration module is: the file `configuration.json` beside its weights.
///
/// The same keys, in snake case, are used by the PyTorch twin in `Scripts/training`.
public struct RestorationModuleConfiguration: StrictConfiguration, Codable, Equatable, Sendable {
    /// The name of the network that these settings belong to; always "restoration-module".
    public var architecture = "restoration-module"

    /// c, the channels of the latent.
    public var latentChannels = 16

    /// Channels of the features at full, half and quarter side.
    public var channels = [128, 192, 256]

    /// The residual blocks on the way down, at each side.
    public var blocks = [2, 2, 3]

    /// The residual blocks on the way up, at full and half side.
    public var upwardBlocks = [2, 2]

    /// The fingerprint of the autoencoder whose latents it reads.
    public var autoencoder = ""

    enum CodingKeys: String, CodingKey, CaseIterable {
        case architecture, channels, blocks, autoencoder
        case latentChannels = "latent_channels"
        case upwardBlocks = "upward_blocks"
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
            architecture == "restoration-module", CodingKeys.architecture,
            "must be \"restoration-module\"")
        try require((1...64).contains(latentChannels), CodingKeys.latentChannels, "must be 1 to 64")
        try require(
            channels.count == 3
                && channels.allSatisfy { (16...1024).contains($0) && $0 % 16 == 0 },
            CodingKeys.channels, "must be three multiples of 16, at most 1024")
        try require(
            blocks.count == 3 && blocks.allSatisfy { (0...32).contains($0) }, CodingKeys.blocks,
            "must be three numbers from 0 to 32")
        try require(
            upwardBlocks.count == 2 && upwardBlocks.allSatisfy { (0...32).contains($0) },
            CodingKeys.upwardBlocks, "must be two numbers from 0 to 32")
    }
}
