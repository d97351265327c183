public import ModelStore

/// What a Patch-DiT is: the file `configuration.json` beside its weights.
///
/// The same keys, in snake case, are used by the PyTorch twin in `Scripts/training`.
public struct PatchDiTConfiguration: StrictConfiguration, Codable, Equatable, Sendable {
    /// The name of the network that these settings belong to; always "patch-dit".
    public var architecture = "patch-dit"

    /// c, the channels of the latent.
    public var latentChannels = 16

    /// V, the side of a patch in latent positions.
    public var patchSide = 16

    /// C, the channels at every latent position, outside the transformer.
    public var fineChannels = 128

    /// Residual blocks at every latent position before the transformer, and after it.
    public var fineBlocks = [3, 3]

    /// W, the numbers of a token.
    public var width = 256

    /// The number of blocks.
    public var depth = 4

    /// Heads of every attention.
    public var heads = 4

    /// K, the textures that a patch is shown at most.
    public var textures = 4

    /// G, the tokens of the degradation prompt; 0 for a network without.
    public var degradationTokens = 6

    /// The numbers of a token of the degradation prompt.
    public var degradationSize = 128

    /// σ, the deviation of clean minus coarse latents.
    public var differenceDeviation: Float = 0.5

    /// The fingerprint of the autoencoder whose latents it reads.
    public var autoencoder = ""

    /// How the patches of a photo are sampled.
    public var sampling = SamplingPlan()

    enum CodingKeys: String, CodingKey, CaseIterable {
        case architecture, width, depth, heads, textures, autoencoder, sampling
        case latentChannels = "latent_channels"
        case patchSide = "patch_side"
        case fineChannels = "fine_channels"
        case fineBlocks = "fine_blocks"
        case degradationTokens = "degradation_tokens"
        case degradationSize = "degradation_size"
        case differenceDeviation = "difference_deviation"
    }

    /// Makes the configuration with the default of every setting.
    public init() {}

    /// Every key of the file.
    public static let keys = Set(CodingKeys.allCases.map(\.rawValue))

    /// Checks that a network can be made with these settings.
    ///
    /// - Throws: ``ModelStore/ConfigurationError/invalid(key:reason:)`` for the first that cannot.
    public func validate() throws(ConfigurationError) {
        try require(architecture == "patch-dit", CodingKeys.architecture, "must be \"patch-dit\"")
        try require((1...64).contains(latentChannels), CodingKeys.latentChannels, "must be 1 to 64")
        try require(
            (4...64).contains(patchSide) && patchSide % 4 == 0, CodingKeys.patchSide,
            "must be a multiple of 4, at most 64")
        try require(
            (16...1024).contains(fineChannels) && fineChannels % 16 == 0, CodingKeys.fineChannels,
            "must be a multiple of 16, at most 1024")
        try require(
            fineBlocks.count == 2 && fineBlocks.allSatisfy((0...64).contains),
            CodingKeys.fineBlocks, "must be two numbers from 0 to 64")
        try require(
            (16...4096).contains(width) && width % 16 == 0, CodingKeys.width,
            "must be a multiple of 16, at most 4096")
        try require((1...128).contains(depth), CodingKeys.depth, "must be 1 to 128")
        try require(
            (1...64).contains(heads) && width % heads == 0, CodingKeys.heads, "must divide width")
        try require((0...64).contains(textures), CodingKeys.textures, "must be 0 to 64")
        try require(
            (0...64).contains(degradationTokens), CodingKeys.degradationTokens, "must be 0 to 64")
        try require(
            (1...4096).contains(degradationSize), CodingKeys.degradationSize, "must be 1 to 4096")
        try require(
            differenceDeviation > 0.001 && differenceDeviation < 100,
            CodingKeys.differenceDeviation, "must be a positive number")
        try require(
            (patchSide / 2...patchSide).contains(sampling.stride), CodingKeys.sampling,
            "needs a stride between half of patch_side and patch_side")
        let problem = SamplingPlan.problem(with: sampling.groups)
        try require(problem == nil, CodingKeys.sampling, "\(problem ?? ""), in groups")
    }
}
