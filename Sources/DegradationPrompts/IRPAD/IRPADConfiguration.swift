public import ModelStore

/// What an IRPAD network is: the file `configuration.json` beside its weights.
///
/// The same keys, in snake case, are used by the PyTorch twin in `Scripts/training`.
public struct IRPADConfiguration: StrictConfiguration, Codable, Equatable, Sendable {
    /// The name of the network that these settings belong to; always "irpad".
    public var architecture = "irpad"

    /// Channels of the first layer.
    public var stemChannels = 96

    /// Channels of the features at H/4.
    public var fineChannels = 48

    /// C, channels of the features at H/8.
    public var coarseChannels = 96

    /// The residual blocks: fine, coarse.
    public var blocks = [1, 2]

    /// D, the numbers of an embedding.
    public var embeddingSize = 128

    /// Heads of the queries' attention.
    public var heads = 4

    /// Layers in which the queries attend.
    public var layers = 2

    /// Features along a side of a window, the region that one judgement is about.
    public var window = 16

    /// The names of the bank's types that it was trained on.
    public var types: [String] = []

    /// How many degrees each type has.
    public var degrees: [Int] = []

    /// The version of the bank that it was trained with.
    public var bankVersion = ""

    /// That bank's SHA-256.
    public var bankSHA256 = ""

    /// What the scores of each type are divided by before the softmax, so that confidences are true.
    public var temperatures: [Float] = []

    /// The confidence under which each type's answer is "unsure".
    public var thresholds: [Float] = []

    enum CodingKeys: String, CodingKey, CaseIterable {
        case architecture, blocks, heads, layers, window, types, degrees, temperatures, thresholds
        case stemChannels = "stem_channels"
        case fineChannels = "fine_channels"
        case coarseChannels = "coarse_channels"
        case embeddingSize = "embedding_size"
        case bankVersion = "bank_version"
        case bankSHA256 = "bank_sha256"
    }

    /// Makes the configuration with the default of every setting.
    public init() {}

    /// Every key of the file.
    public static let keys = Set(CodingKeys.allCases.map(\.rawValue))

    /// P, the prompts of all types.
    public var promptCount: Int { degrees.reduce(0, +) }

    /// Where each type's prompts lie among all.
    public var promptRanges: [Range<Int>] {
        var start = 0
        return degrees.map { count in
            defer { start += count }
            return start..<start + count
        }
    }

    /// Checks that a network can be made with these settings.
    ///
    /// - Throws: ``ModelStore/ConfigurationError/invalid(key:reason:)`` for the first that cannot.
    public func validate() throws(ConfigurationError) {
        try require(architecture == "irpad", CodingKeys.architecture, "must be \"irpad\"")
        for (channels, key) in [
            (stemChannels, CodingKeys.stemChannels), (fineChannels, CodingKeys.fineChannels),
            (coarseChannels, CodingKeys.coarseChannels),
            (embeddingSize, CodingKeys.embeddingSize),
        ] {
            try require(
                (8...1024).contains(channels) && channels % 8 == 0, key,
                "must be a multiple of 8, at most 1024")
        }
        try require(
            blocks.count == 2 && blocks.allSatisfy { (0...32).contains($0) }, CodingKeys.blocks,
            "must be two numbers from 0 to 32")
        try require(
            (1...64).contains(heads) && embeddingSize % heads == 0, CodingKeys.heads,
            "must divide embedding_size")
        try require((1...32).contains(layers), CodingKeys.layers, "must be 1 to 32")
        try require((2...128).contains(window), CodingKeys.window, "must be 2 to 128")
        try require(
            !types.isEmpty && types.count <= 256 && Set(types).count == types.count,
            CodingKeys.types, "must be 1 to 256 different names")
        try require(
            degrees.count == types.count && degrees.allSatisfy { (2...64).contains($0) },
            CodingKeys.degrees, "must be a number from 2 to 64 for each type")
        try require(
            temperatures.count == types.count
                && temperatures.allSatisfy { $0 > 0.01 && $0 < 100 },
            CodingKeys.temperatures, "must be a positive number for each type")
        try require(
            thresholds.count == types.count && thresholds.allSatisfy { (0...1).contains($0) },
            CodingKeys.thresholds, "must be a number from 0 to 1 for each type")
    }
}
