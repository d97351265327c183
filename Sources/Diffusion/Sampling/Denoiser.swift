public import Tensors

/// Something that tells what is expected beneath the noise.
///
/// Samplers know no more of a network than this.
public protocol Denoiser {
    /// How much noise there is at each step.
    var schedule: NoiseSchedule { get }

    /// The clean value that is expected.
    ///
    /// - Parameters:
    ///   - z: √ᾱ_t times the clean value, plus noise of deviation √(1 - ᾱ_t).
    ///   - t: The step.
    /// - Returns: A tensor of the same shape, f32.
    /// - Throws: ``Tensors/ComputeError`` when this processor cannot run the network.
    func denoised(_ z: Tensor, at t: Int) throws(ComputeError) -> Tensor
}

/// Patch-DiT on a batch of patches: what it denoises is the difference from their coarse latents.
public struct PatchDenoiser: Denoiser {
    private let network: PatchDiT
    private let conditions: PatchDiT.Conditions
    private let preconditioning: Preconditioning
    private let context: ComputeContext

    /// Makes a denoiser of some patches.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - coarse: The coarse latents, `[B, V, V, c]`, f32.
    ///   - prompt: The prompt of the batch.
    ///   - context: Where to run.
    /// - Throws: ``Tensors/ComputeError`` when this processor cannot run the network.
    public init(
        _ network: PatchDiT, coarse: Tensor, prompt: PromptTokens, in context: ComputeContext
    ) throws(ComputeError) {
        self.network = network
        self.context = context
        conditions = try network.conditions(coarse: coarse, prompt: prompt, in: context)
        preconditioning = Preconditioning(deviation: network.configuration.differenceDeviation)
    }

    /// How much noise there is at each step.
    public var schedule: NoiseSchedule { preconditioning.schedule }

    /// The difference between the clean and the coarse latents that is expected: c_skip z + c_out F.
    public func denoised(_ z: Tensor, at t: Int) throws(ComputeError) -> Tensor {
        let input = z.copy(in: context)
        input.combine(preconditioning.input(t), with: nil, 0)
        let output = try network(input, t: t, conditions, in: context)
        output.combine(preconditioning.out(t), with: z, preconditioning.skip(t))
        return output
    }
}

extension Tensor {
    /// Becomes `own`·self + `factor`·other.
    func combine(_ own: Float, with other: Tensor?, _ factor: Float) {
        withUnsafeMutableFloats { target in
            guard let other else {
                for index in target.indices { target[index] *= own }
                return
            }
            other.withUnsafeFloats { source in
                for index in target.indices {
                    target[index] = own * target[index] + factor * source[index]
                }
            }
        }
    }
}
