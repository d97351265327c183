public import Foundation
public import ModelStore

/// What a Stable Diffusion autoencoder is: the published `config.json` beside its weights.
///
/// Source: `AutoencoderKL` of Hugging Face's diffusers. Keys that the file lacks have the defaults
/// that diffusers gives them; keys that begin with an underscore, and those that only concern its
/// own running, are passed over. A key that is unknown here may change the network and is refused.
public struct StableDiffusionConfiguration: Decodable, Equatable, Sendable {
    /// Channels of the features on each scale, from the image's own down.
    public var blockOutChannels = [64]

    /// Residual blocks on each scale of the encoder; the decoder has one more.
    public var layersPerBlock = 1

    /// c, the channels of the latent.
    public var latentChannels = 4

    /// The groups of each group normalisation.
    public var normGroups = 32

    /// What latents are multiplied by so that their variance is about 1.
    public var scalingFactor: Float = 0.18215

    /// What is taken off latents before that.
    public var shiftFactor: Float = 0

    /// Whether a 1×1 convolution follows the encoder.
    public var hasQuantConvolution = true

    /// Whether a 1×1 convolution precedes the decoder.
    public var hasPostQuantConvolution = true

    /// Whether the blocks at the smallest scale have an attention between them.
    public var hasMidBlockAttention = true

    /// The name of the file in its folder.
    public static let fileName = "config.json"

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case blockOutChannels = "block_out_channels"
        case layersPerBlock = "layers_per_block"
        case latentChannels = "latent_channels"
        case normGroups = "norm_num_groups"
        case scalingFactor = "scaling_factor"
        case shiftFactor = "shift_factor"
        case hasQuantConvolution = "use_quant_conv"
        case hasPostQuantConvolution = "use_post_quant_conv"
        case hasMidBlockAttention = "mid_block_add_attention"
        // Must have one value; checked and not kept.
        case activation = "act_fn"
        case inputChannels = "in_channels"
        case outputChannels = "out_channels"
        case downBlockTypes = "down_block_types"
        case upBlockTypes = "up_block_types"
        case latentsMean = "latents_mean"
        case latentsDeviation = "latents_std"
        // Of no meaning for the network.
        case sampleSize = "sample_size"
        case forceUpcast = "force_upcast"
    }

    /// Makes the configuration with the default of every setting.
    public init() {}

    /// Reads `config.json`.
    ///
    /// - Parameter data: The bytes of the file.
    /// - Throws: ``ModelStore/ConfigurationError`` naming the key.
    public init(json data: Data) throws(ConfigurationError) {
        do {
            guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
                throw ConfigurationError.unreadable("not a JSON object")
            }
            let known = Set(CodingKeys.allCases.map(\.rawValue))
            let unknown = object.keys.filter { !$0.hasPrefix("_") && !known.contains($0) }.sorted()
            if let first = unknown.first { throw ConfigurationError.unknownKey(first) }
            self = try JSONDecoder().decode(Self.self, from: data)
        } catch let error as ConfigurationError {
            throw error
        } catch DecodingError.typeMismatch(_, let context) {
            let key = context.codingPath.first?.stringValue ?? ""
            throw .unreadable("\"\(key)\" has the wrong type")
        } catch {
            throw .unreadable("not valid JSON")
        }
        try validate()
    }

    /// See `Decodable`; ``init(json:)`` also refuses unknown keys and impossible values.
    ///
    /// - Parameter decoder: Where the values come from.
    /// - Throws: ``ModelStore/ConfigurationError`` for what this network cannot be, or what the
    ///   decoder throws.
    public init(from decoder: any Swift.Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys, _ property: WritableKeyPath<Self, Value>)
            throws
        {
            if let value = try values.decodeIfPresent(Value.self, forKey: key) {
                self[keyPath: property] = value
            }
        }
        try read(.blockOutChannels, \.blockOutChannels)
        try read(.layersPerBlock, \.layersPerBlock)
        try read(.latentChannels, \.latentChannels)
        try read(.normGroups, \.normGroups)
        try read(.scalingFactor, \.scalingFactor)
        try read(.shiftFactor, \.shiftFactor)
        try read(.hasQuantConvolution, \.hasQuantConvolution)
        try read(.hasPostQuantConvolution, \.hasPostQuantConvolution)
        try read(.hasMidBlockAttention, \.hasMidBlockAttention)
        func expect<Value: Decodable & Equatable>(_ key: CodingKeys, _ allowed: [Value]) throws {
            if let value = try values.decodeIfPresent(Value.self, forKey: key),
                !allowed.contains(value)
            {
                throw ConfigurationError.invalid(
                    key: key.rawValue, reason: "is \(value), and must be \(allowed[0])")
            }
        }
        try expect(.activation, ["silu", "swish"])
        try expect(.inputChannels, [3])
        try expect(.outputChannels, [3])
        let scales = blockOutChannels.count
        try expect(
            .downBlockTypes, [[String](repeating: "DownEncoderBlock2D", count: scales)])
        try expect(.upBlockTypes, [[String](repeating: "UpDecoderBlock2D", count: scales)])
        for key in [CodingKeys.latentsMean, .latentsDeviation]
        where try values.contains(key) && !values.decodeNil(forKey: key) {
            throw ConfigurationError.invalid(key: key.rawValue, reason: "must be null")
        }
    }

    /// Checks that a network can be made with these settings.
    ///
    /// - Throws: ``ModelStore/ConfigurationError/invalid(key:reason:)`` for the first that cannot.
    public func validate() throws(ConfigurationError) {
        func require(_ condition: Bool, _ key: CodingKeys, _ reason: String)
            throws(ConfigurationError)
        {
            if !condition { throw .invalid(key: key.rawValue, reason: reason) }
        }
        try require(
            (1...6).contains(blockOutChannels.count), .blockOutChannels, "must be 1 to 6 numbers")
        try require(
            blockOutChannels.allSatisfy { (1...4096).contains($0) }, .blockOutChannels,
            "must be numbers from 1 to 4096")
        try require(
            normGroups > 0 && blockOutChannels.allSatisfy { $0 % normGroups == 0 }, .normGroups,
            "must divide the channels of every scale")
        try require((1...64).contains(layersPerBlock), .layersPerBlock, "must be 1 to 64")
        try require((1...64).contains(latentChannels), .latentChannels, "must be 1 to 64")
        try require(
            scalingFactor > 0 && scalingFactor.isFinite, .scalingFactor, "must be greater than 0")
        try require(shiftFactor.isFinite, .shiftFactor, "must be a number")
    }

    /// f, the pixels of the image along each side of one latent pixel.
    public var downsampling: Int { 1 << (blockOutChannels.count - 1) }
}
