public import Foundation

/// What a PromptSR network is: the file `configuration.json` beside its weights.
///
/// Source: PromptSR, section IV-A; the defaults are the paper's. The same keys, in snake case, are
/// used by the PyTorch twin in `Scripts/training`.
public struct PromptSRConfiguration: Codable, Equatable, Sendable {
    /// The name of the network that these settings belong to; always "promptsr".
    public var architecture = "promptsr"

    /// How many times larger the output is: 2, 3 or 4.
    public var scale = 4

    /// C, the channels of the features.
    public var channels = 48

    /// S, the heads of window and category attention.
    public var heads = 4

    /// K, the number of residual groups.
    public var residualGroups = 4

    /// N, the cascade prompting blocks in each group: 3, or 4 in PromptSR*.
    public var blocksPerGroup = 3

    /// d, the distance between anchors in low-resolution pixels.
    public var anchorStride = 8

    /// The side of a window, in low-resolution pixels.
    public var windowSize = 16

    /// The number of tokens that attend to each other in category attention.
    public var categoryGroupSize = 128

    /// Alpha of equation (8): how much of the previous block's anchor prompts stays.
    public var anchorUpdate: Float = 0.01

    /// The mean colour that is taken off before the network and added after it, in 0…1.
    public var mean: [Float] = [0.4488, 0.4371, 0.4040]

    enum CodingKeys: String, CodingKey, CaseIterable {
        case architecture, scale, channels, heads, mean
        case residualGroups = "residual_groups"
        case blocksPerGroup = "blocks_per_group"
        case anchorStride = "anchor_stride"
        case windowSize = "window_size"
        case categoryGroupSize = "category_group_size"
        case anchorUpdate = "anchor_update"
    }

    /// PromptSR of the paper: 3 blocks a group.
    ///
    /// - Parameter scale: How many times larger the output is.
    /// - Returns: The configuration.
    public static func paper(scale: Int) -> Self {
        var configuration = Self()
        configuration.scale = scale
        return configuration
    }

    /// PromptSR* of the paper: 4 blocks a group.
    ///
    /// - Parameter scale: How many times larger the output is.
    /// - Returns: The configuration.
    public static func star(scale: Int) -> Self {
        var configuration = Self.paper(scale: scale)
        configuration.blocksPerGroup = 4
        return configuration
    }

    /// Makes the paper's ×4 configuration.
    public init() {}

    /// Reads `configuration.json`.
    ///
    /// Every key must be there, and no other.
    ///
    /// - Parameter data: The bytes of the file.
    /// - Throws: ``PromptSRConfigurationError`` naming the key.
    public init(json data: Data) throws(PromptSRConfigurationError) {
        let keys: Set<String>
        do {
            guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
                throw PromptSRConfigurationError.unreadable("not a JSON object")
            }
            keys = Set(object.keys)
            self = try JSONDecoder().decode(Self.self, from: data)
        } catch let error as PromptSRConfigurationError {
            throw error
        } catch DecodingError.keyNotFound(let key, _) {
            throw .unreadable("\"\(key.stringValue)\" is missing")
        } catch DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context)
        {
            let key = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw .unreadable("\"\(key)\" has the wrong type")
        } catch {
            throw .unreadable("not valid JSON")
        }
        let unknown = keys.subtracting(CodingKeys.allCases.map(\.rawValue)).sorted()
        if let first = unknown.first { throw .unknownKey(first) }
        try validate()
    }

    /// Checks that a network can be made with these settings.
    ///
    /// - Throws: ``PromptSRConfigurationError/invalid(key:reason:)`` for the first that cannot be.
    public func validate() throws(PromptSRConfigurationError) {
        func check(_ condition: Bool, _ key: CodingKeys, _ reason: String)
            throws(PromptSRConfigurationError)
        {
            if !condition { throw .invalid(key: key.rawValue, reason: reason) }
        }
        try check(architecture == "promptsr", .architecture, "must be \"promptsr\"")
        try check((2...4).contains(scale), .scale, "must be 2, 3 or 4")
        try check(
            (16...1024).contains(channels) && channels % 16 == 0, .channels,
            "must be a multiple of 16, at most 1024")
        try check((1...channels).contains(heads), .heads, "must be 1 or more")
        try check(
            channels % heads == 0 && channels / heads <= 15, .heads,
            "must cut the channels into equal parts of at most 15")
        try check((1...64).contains(residualGroups), .residualGroups, "must be 1 to 64")
        try check((1...64).contains(blocksPerGroup), .blocksPerGroup, "must be 1 to 64")
        try check(
            (8...64).contains(windowSize) && windowSize % 8 == 0, .windowSize,
            "must be a multiple of 8 between 8 and 64")
        try check(
            (2...windowSize).contains(anchorStride) && windowSize % anchorStride == 0
                && anchorStride % 2 == 0, .anchorStride, "must be even and divide the window size")
        try check(
            categoryGroupSize >= 64 && categoryGroupSize % 64 == 0
                && windowSize * windowSize % categoryGroupSize == 0, .categoryGroupSize,
            "must be a multiple of 64 that divides the number of pixels in a window")
        try check((0...1).contains(anchorUpdate), .anchorUpdate, "must be between 0 and 1")
        try check(
            mean.count == 3 && mean.allSatisfy { (0...1).contains($0) }, .mean,
            "must be three numbers between 0 and 1")
    }
}

/// Why a configuration of PromptSR cannot be used.
public enum PromptSRConfigurationError: Error, Equatable, CustomStringConvertible {
    /// The file is not what it should be.
    case unreadable(String)
    /// A key that this version does not know.
    case unknownKey(String)
    /// A value with which no network can be made.
    case invalid(key: String, reason: String)

    /// What is wrong, and where.
    public var description: String {
        switch self {
        case .unreadable(let reason): "configuration.json: \(reason)"
        case .unknownKey(let key):
            "configuration.json: unknown key \"\(key)\"; was it made by a later version?"
        case .invalid(let key, let reason): "configuration.json: \"\(key)\" \(reason)"
        }
    }
}
