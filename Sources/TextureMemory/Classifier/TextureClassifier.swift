internal import Foundation
public import ModelStore
public import Tensors

/// The texture classifier: from latent patches to the keys under which a memory keeps them.
///
/// Source: PatchScaler, section 3.3: a key is the penultimate feature of a texture classifier,
/// normalised. The PyTorch twin in `Scripts/training` has the same names.
///
/// | value | shape | meaning |
/// |---|---|---|
/// | `patches` | `[B, V, V, c]` | latents of one autoencoder |
/// | keys | `[B, D]` | of length 1 |
public struct TextureClassifier: Sendable {
    /// What the network is.
    public let configuration: TextureClassifierConfiguration

    /// The fingerprint of the model folder.
    public let fingerprint: String

    private let head: Convolution
    private let fine: [ResidualBlock]
    private let reduce: Convolution
    private let coarse: [ResidualBlock]
    private let project: Linear
    private let classify: Linear?

    /// Loads the network from a model folder, all of whose files are checked.
    ///
    /// - Parameter model: The folder.
    /// - Returns: The network.
    /// - Throws: ``ModelStore/ModelError`` when the folder holds another network, or is damaged.
    public static func load(_ model: ModelFolder) throws -> TextureClassifier {
        try model.network(architecture: "texture-classifier") { folder in
            try TextureClassifier(
                from: Weights(SafetensorsFile(folder.weightsURL)),
                configuration: TextureClassifierConfiguration(
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
    ///   or unknown; ``ModelStore/ConfigurationError`` for settings that make no network.
    public init(
        from weights: Weights, configuration: TextureClassifierConfiguration, fingerprint: String
    ) throws {
        try configuration.validate()
        let c = configuration
        self.configuration = c
        self.fingerprint = fingerprint
        head = try Convolution(
            from: weights["head"], in: c.latentChannels, out: c.fineChannels, kernel: 3)
        fine = try ResidualBlock.sequence(
            from: weights["fine"], channels: c.fineChannels, count: c.blocks[0])
        reduce = try BlockWeights.reduction(
            from: weights["reduce"], in: c.fineChannels, out: c.coarseChannels)
        coarse = try ResidualBlock.sequence(
            from: weights["coarse"], channels: c.coarseChannels, count: c.blocks[1])
        project = try Linear(
            from: weights["project"], in: 5 * c.coarseChannels, out: c.keySize)
        classify =
            c.classes.isEmpty
            ? nil : try Linear(from: weights["classify"], in: c.keySize, out: c.classes.count)
        try weights.finish()
    }

    /// The keys of patches.
    ///
    /// Patches go through the network in groups of one size, so that a key's bytes do not depend on
    /// the patches beside it or on their number.
    ///
    /// - Parameters:
    ///   - patches: `[B, V, V, c]`, f32.
    ///   - context: Where to run.
    /// - Returns: `[B, D]`, f32, each row of length 1.
    /// - Throws: ``Tensors/ComputeError`` when this processor cannot run the network.
    public func keys(
        of patches: Tensor, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        let keys = try inGroups(patches, columns: configuration.keySize, in: context) {
            group throws(ComputeError) in try features(group, in: context)
        }
        keys.withUnsafeMutableFloats { values in
            for start in stride(from: 0, to: values.count, by: configuration.keySize) {
                let row = start..<start + configuration.keySize
                let squares = row.reduce(0.0) { $0 + Double(values[$1]) * Double(values[$1]) }
                let length = Float(max(squares.squareRoot(), 1e-12))  // PyTorch's normalize
                for index in row { values[index] /= length }
            }
        }
        return keys
    }

    /// The scores of the named classes, before any softmax.
    ///
    /// - Parameters:
    ///   - patches: `[B, V, V, c]`, f32.
    ///   - context: Where to run.
    /// - Returns: `[B, classes]`, f32; nil when the network was trained without classes.
    /// - Throws: ``Tensors/ComputeError`` when this processor cannot run the network.
    public func scores(
        of patches: Tensor, in context: ComputeContext
    ) throws(ComputeError) -> Tensor? {
        guard let classify else { return nil }
        return try inGroups(patches, columns: configuration.classes.count, in: context) {
            group throws(ComputeError) in
            let feature = try features(group, in: context).silu(in: context)  // [B, D]
            return try classify(feature, output: .f32, in: context)
        }
    }

    /// The penultimate feature, `[B, D]`, of `[B, V, V, c]`.
    private func features(
        _ patches: Tensor, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        var x = try head(patches, output: .f32, in: context)  // [B, V, V, C₁]
        for block in fine { try block(x, in: context) }
        x = try reduce(x, output: .f32, in: context)  // [B, V/2, V/2, C₂]
        for block in coarse { try block(x, in: context) }
        let summary = x.silu(output: .f32, in: context).quadrantSummary(in: context)  // [B, 5·C₂]
        return try project(summary, output: .f32, in: context)  // [B, D]
    }

    /// Runs a part of the network on sixteen patches at a time, the last of them filled up.
    private func inGroups(
        _ patches: Tensor, columns: Int, in context: ComputeContext,
        _ body: (Tensor) throws(ComputeError) -> Tensor
    ) throws(ComputeError) -> Tensor {
        let c = configuration
        precondition(
            patches.shape.rank == 4 && patches.shape[1] == c.patchSide
                && patches.shape[2] == c.patchSide && patches.shape.last == c.latentChannels,
            "\(patches.shape) for patches of [\(c.patchSide), \(c.patchSide), \(c.latentChannels)]")
        let (count, size) = (patches.shape[0], 16)
        let patch = c.patchSide * c.patchSide * c.latentChannels
        let result = Tensor([count, columns], in: context)
        for start in stride(from: 0, to: count, by: size) {
            let group = Tensor([size, c.patchSide, c.patchSide, c.latentChannels], in: context)
            let used = min(size, count - start)
            patches.withUnsafeFloats { source in
                group.withUnsafeMutableFloats { target in
                    for index in 0..<used * patch { target[index] = source[start * patch + index] }
                    for index in used * patch..<size * patch { target[index] = 0 }
                }
            }
            let rows = try body(group)
            rows.withUnsafeFloats { source in
                result.withUnsafeMutableFloats { target in
                    for index in 0..<used * columns {
                        target[start * columns + index] = source[index]
                    }
                }
            }
        }
        return result
    }
}
