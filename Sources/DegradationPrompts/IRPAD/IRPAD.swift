internal import Foundation
public import ModelStore
public import Tensors

/// The network that tells how a photo was degraded, by retrieving the prompt that fits.
///
/// Source: DaLPSR (Jiang et al. 2024), section 3.2, IRPAD: one query for each type of degradation
/// attends to the features of the photo, and what it becomes is matched by cosine with the embeddings
/// of that type's prompts. The PyTorch twin in `Scripts/training` has the same names.
///
/// | value | shape | meaning |
/// |---|---|---|
/// | image | `[1, H, W, 3]` | 0…1, sides multiples of 8, never resized |
/// | features | `[1, h, w, C]` | h = H/8, w = W/8 |
/// | embeddings | `[M, T, D]` | of M windows and T types, each of length 1 |
/// | scores | `[M, P]` | of the P prompts of all types, in the bank's order |
public struct IRPAD: Sendable {
    /// What the network is.
    public let configuration: IRPADConfiguration

    /// The fingerprint of the model folder.
    public let fingerprint: String

    /// The embeddings of all prompts, `[P, D]`, each of length 1: what conditions the diffusion.
    public let promptEmbeddings: [Float]

    let encoder: IRPADEncoder
    private let queries: [Float]
    private let layers: [QueryLayer]
    private let norm: LayerNorm
    private let project: Linear
    private let scale: Float

    /// Pixels along a side of a feature.
    public static let stride = 8

    /// Loads the network from a model folder, all of whose files are checked.
    ///
    /// - Parameter model: The folder.
    /// - Returns: The network.
    /// - Throws: ``ModelStore/ModelError`` when the folder holds another network, or is damaged.
    public static func load(_ model: ModelFolder) throws -> IRPAD {
        try model.network(architecture: "irpad") { folder in
            try IRPAD(
                from: Weights(SafetensorsFile(folder.weightsURL)),
                configuration: IRPADConfiguration(json: Data(contentsOf: folder.configurationURL)),
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
    ///   or unknown; ``ModelStore/ConfigurationError`` for settings that make no network.
    public init(
        from weights: Weights, configuration: IRPADConfiguration, fingerprint: String
    ) throws {
        try configuration.validate()
        let (c, size) = (configuration, configuration.embeddingSize)
        self.configuration = c
        self.fingerprint = fingerprint
        encoder = try IRPADEncoder(from: weights["encoder"], c)
        queries = try weights.take("queries", [c.types.count, size])
        var layers: [QueryLayer] = []
        for index in 0..<c.layers {
            layers.append(try QueryLayer(from: weights["layers.\(index)"], c))
        }
        self.layers = layers
        norm = try LayerNorm(from: weights["norm"], channels: size)
        project = try Linear(from: weights["project"], in: size, out: size)
        let prompts = try weights.take("prompts", [c.promptCount, size])
        promptEmbeddings = Self.normalised(prompts, columns: size)
        scale = exp(try weights.take("log_scale", [])[0])
        try weights.finish()
    }

    /// The scores of the prompts for some windows of a photo.
    ///
    /// - Parameters:
    ///   - image: `[1, H, W, 3]`.
    ///   - windows: Regions of its features.
    ///   - context: Where to run.
    /// - Returns: `[M, P]`, before any softmax.
    /// - Throws: ``Tensors/ComputeError`` when this processor cannot run the network.
    func scores(
        of image: Tensor, _ windows: [FeatureWindow], in context: ComputeContext
    ) throws(ComputeError) -> [Float] {
        let features = try encoder(image, in: context)  // [1, h, w, C]
        return scores(of: try embeddings(features, windows, in: context))
    }

    /// What each type's query found in each window: `[M, T, D]`.
    func embeddings(
        _ features: Tensor, _ windows: [FeatureWindow], in context: ComputeContext
    ) throws(ComputeError) -> [Float] {
        let size = configuration.embeddingSize
        let repeated = windows.flatMap { _ in queries }
        let x = Tensor(repeated, [windows.count * configuration.types.count, size], in: context)
        for layer in layers { try layer(x, features, windows, in: context) }
        let projected = try project(norm(x, in: context), output: .f32, in: context)
        return Self.normalised(projected.values, columns: size)
    }

    /// The cosine of each type's embedding with its own prompts, times the learned scale: `[M, P]`.
    func scores(of embeddings: [Float]) -> [Float] {
        let (size, ranges) = (configuration.embeddingSize, configuration.promptRanges)
        var result: [Float] = []
        for start in Swift.stride(from: 0, to: embeddings.count, by: ranges.count * size) {
            for (type, prompts) in ranges.enumerated() {
                let own = start + type * size
                for prompt in prompts {
                    var cosine: Float = 0
                    for index in 0..<size {
                        cosine += embeddings[own + index] * promptEmbeddings[prompt * size + index]
                    }
                    result.append(cosine * scale)
                }
            }
        }
        return result
    }

    private static func normalised(_ rows: [Float], columns: Int) -> [Float] {
        var result = rows
        for start in Swift.stride(from: 0, to: rows.count, by: columns) {
            let squares = rows[start..<start + columns].reduce(0.0) { $0 + Double($1) * Double($1) }
            let length = Float(max(squares.squareRoot(), 1e-12))  // PyTorch's normalize
            for index in start..<start + columns { result[index] /= length }
        }
        return result
    }
}
