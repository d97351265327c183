public import ModelStore

/// What a texture classifier is: the file `configuration.json` beside its weights.
///
/// The same keys, in snake case, are used by the PyTorch twin in `Scripts/training`.
public struct TextureClassifierConfiguration: StrictConfiguration, Codable, Equatable, Sendable {
    /// The name of the network that these settings belong to; always "texture-classifier".
    public var architecture = "texture-classifier"

    /// c, the channels of the latent.
    public var latentChannels = 16

    /// V, the side of a patch in latent pixels.
    public var patchSide = 16

    /// Channels of the features at the patch's own size.
    public var fineChannels = 64

    /// Channels of the features at half of it.
    public var coarseChannels = 128

    /// The residual blocks: fine, coarse.
    public var blocks = [1, 2]

    /// The numbers of a key.
    public var keySize = 256

    /// Names of the texture classes, when it was trained on named folders.
    public var classes: [String] = []

    /// The fingerprint of the autoencoder whose latents it reads.
    public var autoencoder = ""

    enum CodingKeys: String, CodingKey, CaseIterable {
        case architecture, blocks, classes, autoencoder
        case latentChannels = "latent_channels"
        case patchSide = "patch_side"
        case fineChannels = "fine_channels"
        case coarseChannels = "coarse_channels"
        case keySize = "key_size"
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
            architecture == "texture-classifier", CodingKeys.architecture,
            "must be \"texture-classifier\"")
        try require((1...64).contains(latentChannels), CodingKeys.latentChannels, "must be 1 to 64")
        try require(
            (4...64).contains(patchSide) && patchSide % 4 == 0, CodingKeys.patchSide,
            "must be a multiple of 4, at most 64")
        for (channels, key) in [
            (fineChannels, CodingKeys.fineChannels), (coarseChannels, CodingKeys.coarseChannels),
        ] {
            try require(
                (16...1024).contains(channels) && channels % 16 == 0, key,
                "must be a multiple of 16, at most 1024")
        }
        try require(
            blocks.count == 2 && blocks.allSatisfy { (0...32).contains($0) }, CodingKeys.blocks,
            "must be two numbers from 0 to 32")
        try require((1...4096).contains(keySize), CodingKeys.keySize, "must be 1 to 4096")
        try require(
            Set(classes).count == classes.count && classes.count <= 10_000, CodingKeys.classes,
            "must be at most 10000 different names")
    }
}
