internal import Foundation
public import ModelStore
public import Tensors

/// Patch-DiT, PatchScaler's denoiser of latent patches.
///
/// Source: PatchScaler (Liu et al.), sections 3.1 and 3.3: transformer blocks over the 2×2 tokens of a
/// patch, each with cross-attention to the prompt. The residual convolutions before and after them are
/// this project's own; `Documentation/PatchScaler.md` says why. The PyTorch twin in `Scripts/training`
/// has the same names. What the result means is told by ``Preconditioning``.
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

    private let timeFirst: Linear
    private let timeSecond: Linear
    private let modulation: Linear
    private let fineModulation: Linear
    private let prompt: PromptEncoder
    private let headNoisy: Convolution
    private let headCoarse: Convolution
    private let fineIn: [FineBlock]
    private let reduce: Convolution
    private let blocks: [PatchDiTBlock]
    private let expand: Linear
    private let fineOut: [FineBlock]
    private let finalModulation: Linear
    private let tail: Convolution
    private let positions: [Float]

    /// What does not change from step to step: of the coarse latents and of the prompt.
    public struct Conditions {
        let batch: Int
        let coarse: Tensor  // [B, V, V, C], what the head makes of the coarse latents
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
        let fine = c.fineChannels
        self.configuration = c
        self.fingerprint = fingerprint
        timeFirst = try Linear(from: weights["time.first"], in: w, out: w)
        timeSecond = try Linear(from: weights["time.second"], in: w, out: w)
        modulation = try Linear(from: weights["modulation"], in: w, out: 8 * w)
        fineModulation = try Linear(from: weights["fine_modulation"], in: w, out: 3 * fine)
        prompt = try PromptEncoder(from: weights["prompt"], c)
        (headNoisy, headCoarse) = try Self.head(from: weights["head"], c)
        fineIn = try FineBlock.sequence(
            from: weights["fine_in"], channels: fine, count: c.fineBlocks[0])
        reduce = try BlockWeights.reduction(from: weights["reduce"], in: fine, out: w)
        var blocks: [PatchDiTBlock] = []
        for index in 0..<c.depth {
            blocks.append(try PatchDiTBlock(from: weights["blocks.\(index)"], c))
        }
        self.blocks = blocks
        expand = try BlockWeights.expansion(from: weights["expand"], in: w, out: fine)
        fineOut = try FineBlock.sequence(
            from: weights["fine_out"], channels: fine, count: c.fineBlocks[1])
        finalModulation = try Linear(from: weights["final_modulation"], in: w, out: 2 * fine)
        tail = try Convolution(from: weights["tail"], in: fine, out: latent, kernel: 3)
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
        let batch = coarse.shape[0]
        let encoded = try prompt(tokens, batch: batch, in: context)  // [B·P, W]
        var prompts: [Tensor] = []
        for block in blocks { prompts.append(try block.keysAndValues(encoded, in: context)) }
        return Conditions(
            batch: batch, coarse: try headCoarse(coarse, output: .f32, in: context),
            prompts: prompts)
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
        let batch = conditions.batch
        let time = try timeVector(t, in: context)  // [1, W], after SiLU
        let fine = try fineModulation(time, output: .f32, in: context).values  // [3·C]
        let shared = try modulation(time, output: .f32, in: context).values  // [8·W]
        let x = conditions.coarse.copy(in: context)  // [B, V, V, C]
        x.add(try headNoisy(z, output: .f32, in: context))
        for block in fineIn { try block(x, shared: fine, in: context) }
        let reduced = try reduce(x, output: .f32, in: context)  // [B, V/2, V/2, W]
        let y = reduced.reshaped([batch * reduced.shape[1] * reduced.shape[2], reduced.shape.last])
        y.add(repeating: positions)
        for (block, prompt) in zip(blocks, conditions.prompts) {
            try block(y, shared: shared, prompt: prompt, batch: batch, in: context)  // [B·N, W]
        }
        x.add(
            try expand(y.reshaped(reduced.shape), output: .f32, in: context)
                .pixelsSpread(by: 2, in: context))
        for block in fineOut { try block(x, shared: fine, in: context) }
        let final = try finalModulation(time, output: .f32, in: context).values  // shift, scale
        let norm = LayerNorm(
            gain: final[x.shape.last...].map { 1 + $0 }, shift: Array(final[..<x.shape.last]),
            epsilon: 1e-6)
        return try tail(norm(x, in: context), output: .f32, in: context)  // [B, V, V, c]
    }

    /// One convolution of noisy and coarse latents side by side, as two whose results add up: that of
    /// the coarse ones does not change from step to step.
    private static func head(
        from weights: Weights, _ c: PatchDiTConfiguration
    ) throws(WeightsError) -> (noisy: Convolution, coarse: Convolution) {
        let (fine, latent) = (c.fineChannels, c.latentChannels)
        let weight = try weights.take("weight", [fine, 2 * latent, 3, 3])
        let bias = try weights.take("bias", [fine])
        let run = latent * 9  // weights of one output for one of the two
        func part(_ number: Int, _ bias: [Float]?) -> Convolution {
            var own: [Float] = []
            for output in 0..<fine {
                let start = (2 * output + number) * run
                own += weight[start..<start + run]
            }
            return Convolution(
                weight: own, bias: bias,
                .init(inputs: latent, outputs: fine, kernel: 3, stride: 1, padding: 1))
        }
        return (part(0, nil), part(1, bias))
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
