internal import Foundation
public import ModelStore
public import Tensors

/// Patch-DiT, PatchScaler's denoiser of latent patches.
///
/// Source: PatchScaler (Liu et al.), sections 3.1 and 3.3: transformer blocks over the 2×2 tokens of a
/// patch, each with cross-attention to the prompt. The PyTorch twin in `Scripts/training` has the same
/// names. What the result means is told by ``Preconditioning``.
///
/// | value | shape | meaning |
/// |---|---|---|
/// | `z` | `[B, V, V, c]` | the noisy difference at variance 1 |
/// | `coarse` | `[B, V, V, c]` | what the restoration module made of the patch |
/// | result F | `[B, V, V, c]` | |
public struct PatchDiT: Sendable {
    /// What the network is.
    public let configuration: PatchDiTConfiguration

    /// The fingerprint of the model folder.
    public let fingerprint: String

    private let embedNoisy: Convolution
    private let embedCoarse: Convolution
    private let timeFirst: Linear
    private let timeSecond: Linear
    private let modulation: Linear
    private let prompt: PromptEncoder
    private let blocks: [PatchDiTBlock]
    private let finalModulation: Linear
    private let tail: Linear
    private let positions: [Float]

    /// What does not change from step to step: of the coarse latents and of the prompt.
    public struct Conditions {
        let batch: Int
        let embedded: Tensor  // [B·N, W], of the coarse latents, with positions
        let prompts: [Tensor]  // [B·P, 2W] for each block
    }

    /// Loads the network from a model folder, all of whose files are checked.
    ///
    /// - Parameter model: The folder.
    /// - Returns: The network.
    /// - Throws: ``ModelStore/ModelError`` when the folder holds another network, or is damaged.
    public static func load(_ model: ModelFolder) throws -> PatchDiT {
        try model.network(architecture: "patch-dit") { folder in
            try PatchDiT(
                from: Weights(SafetensorsFile(folder.weightsURL)),
                configuration: PatchDiTConfiguration(
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
        from weights: Weights, configuration: PatchDiTConfiguration, fingerprint: String
    ) throws {
        try configuration.validate()
        let (c, w, latent) = (configuration, configuration.width, configuration.latentChannels)
        self.configuration = c
        self.fingerprint = fingerprint
        let embed = weights["embed"]
        let weight = try embed.take("weight", [w, 2 * latent * 4])
        let bias = try embed.take("bias", [w])
        embedNoisy = TokenEmbedding.convolution(
            weight: weight, bias: nil, side: 2, total: 2 * latent, channels: 0..<latent)
        embedCoarse = TokenEmbedding.convolution(
            weight: weight, bias: bias, side: 2, total: 2 * latent, channels: latent..<2 * latent)
        timeFirst = try Linear(from: weights["time.first"], in: w, out: w)
        timeSecond = try Linear(from: weights["time.second"], in: w, out: w)
        modulation = try Linear(from: weights["modulation"], in: w, out: 8 * w)
        prompt = try PromptEncoder(from: weights["prompt"], c)
        var blocks: [PatchDiTBlock] = []
        for index in 0..<c.depth {
            blocks.append(try PatchDiTBlock(from: weights["blocks.\(index)"], c))
        }
        self.blocks = blocks
        finalModulation = try Linear(from: weights["final_modulation"], in: w, out: 2 * w)
        tail = try Linear(from: weights["tail"], in: w, out: latent * 4)
        positions = SinePositions.grid(side: c.patchSide / 2, width: w)
        try weights.finish()
    }

    /// What is computed once for all steps.
    ///
    /// - Parameters:
    ///   - coarse: `[B, V, V, c]`, f32.
    ///   - tokens: The prompt of the batch.
    ///   - context: Where to run.
    /// - Returns: The conditions of these B patches.
    /// - Throws: ``Tensors/ComputeError`` when this processor cannot run the network.
    public func conditions(
        coarse: Tensor, prompt tokens: PromptTokens, in context: ComputeContext
    ) throws(ComputeError) -> Conditions {
        let (batch, width) = (coarse.shape[0], configuration.width)
        let embedded = try embedCoarse(coarse, output: .f32, in: context)
            .reshaped([batch * positions.count / width, width])  // [B·N, W]
        embedded.withUnsafeMutableFloats { values in
            for index in values.indices { values[index] += positions[index % positions.count] }
        }
        let encoded = try prompt(tokens, batch: batch, in: context)  // [B·P, W]
        var prompts: [Tensor] = []
        for block in blocks { prompts.append(try block.keysAndValues(encoded, in: context)) }
        return Conditions(batch: batch, embedded: embedded, prompts: prompts)
    }

    /// The network's output F at one step.
    ///
    /// - Parameters:
    ///   - z: `[B, V, V, c]`, f32, of variance 1.
    ///   - t: The step, 1…1000.
    ///   - conditions: What ``conditions(coarse:prompt:in:)`` made for the same patches.
    ///   - context: Where to run.
    /// - Returns: F, `[B, V, V, c]`, f32.
    /// - Throws: ``Tensors/ComputeError`` when this processor cannot run the network.
    public func callAsFunction(
        _ z: Tensor, t: Int, _ conditions: Conditions, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        let (c, w, batch) = (configuration, configuration.width, conditions.batch)
        let time = try timeVector(t, in: context)  // [1, W], after SiLU
        let shared = try modulation(time, output: .f32, in: context).values  // [8·W]
        let x = conditions.embedded.copy(in: context)  // [B·N, W]
        x.add(try embedNoisy(z, output: .f32, in: context))
        for (block, prompt) in zip(blocks, conditions.prompts) {
            try block(x, shared: shared, prompt: prompt, batch: batch, in: context)
        }
        let final = try finalModulation(time, output: .f32, in: context).values  // shift, scale
        let norm = LayerNorm(
            gain: final[w...].map { 1 + $0 }, shift: Array(final[..<w]), epsilon: 1e-6)
        let tokens = try tail(norm(x, in: context), output: .f32, in: context)  // [B·N, 4c]
        let side = c.patchSide / 2
        return tokens.reshaped([batch, side, side, 4 * c.latentChannels])
            .pixelsSpread(by: 2, in: context)  // [B, V, V, c]
    }

    private func timeVector(
        _ t: Int, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        let width = configuration.width
        let waves = Tensor(SinePositions.time(t, width: width), [1, width], in: context)
        let hidden = try timeFirst(waves, activation: .swish, in: context)
        return try timeSecond(hidden, output: .f32, in: context).silu(in: context)
    }

    /// Layer normalisation without weights.
    static func normalised(
        _ x: Tensor, output: ElementType, in context: ComputeContext
    ) -> Tensor {
        let width = x.shape.last
        let norm = LayerNorm(
            gain: [Float](repeating: 1, count: width), shift: [Float](repeating: 0, count: width),
            epsilon: 1e-6)
        return norm(x, output: output, in: context)
    }
}
