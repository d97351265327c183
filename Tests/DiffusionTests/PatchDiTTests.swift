import Foundation
import ModelStore
import TestSupport
import Tensors
import Testing

@testable import Diffusion

@Suite("Patch-DiT")
struct PatchDiTTests {
    private static let name = "tiny-patch-dit"

    private struct Setting {
        let file: SafetensorsFile
        let context: ComputeContext
        let network: PatchDiT
        let coarse: Tensor
        let noise: Tensor
        let prompt: PromptTokens

        init(_ precision: ComputePolicy.Precision = .f32) throws {
            context = try DiffusionFixture.context(precision)
            file = try DiffusionFixture.golden(name)
            network = try PatchDiT(
                from: DiffusionFixture.weights(name),
                configuration: PatchDiTConfiguration(json: DiffusionFixture.configuration(name)),
                fingerprint: "")
            coarse = try DiffusionFixture.tensor("coarse", of: file, in: context)
            noise = try DiffusionFixture.tensor("noise", of: file, in: context)
            prompt = PromptTokens(
                textures: try DiffusionFixture.tensor("textures", of: file, in: context)
                    .reshaped([6, 8, 8, 3]),
                similarities: try file.floats("similarities"),
                degradation: try DiffusionFixture.tensor("degradation", of: file, in: context)
                    .reshaped([6, 6]))
        }

        func output(_ prompt: PromptTokens) throws -> [Float] {
            let conditions = try network.conditions(coarse: coarse, prompt: prompt, in: context)
            let z = try DiffusionFixture.tensor("z", of: file, in: context)
            return try network(z, t: 400, conditions, in: context).values
        }

        /// x_0 from τ with N steps, the noise at the start that of the file.
        func sampled(_ sampler: Sampler, from tau: Int, count: Int) throws -> [Float] {
            let denoiser = try PatchDenoiser(
                network, coarse: coarse, prompt: prompt, in: context)
            let start = noise.copy(in: context)
            start.combine(denoiser.schedule.noise(tau), with: nil, 0)
            let difference = try sampler.sample(
                from: start, plan: StepPlan(from: tau, count: count), denoiser: denoiser,
                noise: { _ in noise })
            return zip(coarse.values, difference.values).map(+)
        }
    }

    @Test("a small network with random weights gives the results of its PyTorch twin")
    func equalsTwin() throws {
        let setting = try Setting()
        expectNear(
            try setting.output(setting.prompt), try setting.file.floats("with_prompt"),
            absolute: 2e-5)
        expectNear(
            try setting.output(PromptTokens()), try setting.file.floats("without_prompt"),
            absolute: 2e-5)
    }

    @Test("whole sampling runs end where the twin's end", arguments: [(1000, 20), (400, 8)])
    func sampling(tau: Int, count: Int) throws {
        let setting = try Setting()
        expectNear(
            try setting.sampled(.dpmSolver, from: tau, count: count),
            try setting.file.floats("sampled_\(count)"), absolute: 1e-3)
    }

    @Test("a patch has the same result beside others and alone")
    func batches() throws {
        let setting = try Setting()
        let all = try setting.output(PromptTokens())
        let size = 8 * 8 * 3
        let one = Tensor(
            Array(setting.coarse.values[size..<2 * size]), [1, 8, 8, 3], in: setting.context)
        let conditions = try setting.network.conditions(
            coarse: one, prompt: PromptTokens(), in: setting.context)
        let z = Tensor(
            Array(try setting.file.floats("z")[size..<2 * size]), [1, 8, 8, 3],
            in: setting.context)
        let alone = try setting.network(z, t: 400, conditions, in: setting.context).values
        expectNear(alone, Array(all[size..<2 * size]), absolute: 1e-5)
    }

    @Test("bf16 gives nearly the same", .enabled(if: Processor.current.runsBF16))
    func bf16() throws {
        let setting = try Setting(.bf16)
        let twin = try setting.file.floats("with_prompt")
        let output = try setting.output(setting.prompt)
        let error = zip(output, twin).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let size = twin.reduce(Float(0)) { $0 + $1 * $1 }
        #expect(error / size < 4e-4)
    }

    @Test("all samplers come near each other with many steps of one denoiser")
    func samplers() throws {
        let target: Float = 0.7
        let denoiser = GaussianDenoiser(mean: target, deviation: 0.2)
        let context = try DiffusionFixture.context()
        var random = SplitMix(seed: 3)
        func normal() -> Tensor {
            // Twelve uniform numbers are nearly normal.
            let values = (0..<2048).map { _ in random.floats(12, in: -0.5...0.5).reduce(0, +) }
            return Tensor(values, [2048], in: context)
        }
        for sampler in Sampler.allCases {
            let result = try sampler.sample(
                from: normal(), plan: StepPlan(from: 1000, count: 200), denoiser: denoiser,
                noise: { _ in normal() }
            ).values
            let mean = result.reduce(0, +) / 2048
            let variance = result.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2048
            #expect(abs(mean - target) < 0.02, "\(sampler)")
            #expect(abs(variance.squareRoot() - 0.2) < 0.02, "\(sampler)")
        }
    }

    /// Knows exactly what is beneath the noise: normal numbers of one mean and deviation.
    private struct GaussianDenoiser: Denoiser {
        let schedule = NoiseSchedule.standard
        let mean: Float
        let deviation: Float

        func denoised(_ z: Tensor, at t: Int) throws(ComputeError) -> Tensor {
            let (signal, noise) = (schedule.signal(t), schedule.noise(t))
            let variance = signal * signal * deviation * deviation + noise * noise
            let context: ComputeContext
            context = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .f32))
            return Tensor(
                z.values.map {
                    mean + signal * deviation * deviation / variance * ($0 - signal * mean)
                }, z.shape, in: context)
        }
    }

    @Test(
        "settings that make no network are refused with the key's name",
        arguments: [
            ("\"patch-dit\"", "\"promptsr\"", "architecture"),
            ("\"heads\": 2", "\"heads\": 5", "heads"),
            ("\"patch_side\": 8", "\"patch_side\": 6", "patch_side"),
            ("0.4", "-0.4", "difference_deviation"),
        ])
    func invalid(from: String, to: String, key: String) throws {
        let data = try DiffusionFixture.configuration(Self.name)
        let text = String(decoding: data, as: UTF8.self)
        #expect(text.contains(from))
        let error = #expect(throws: ConfigurationError.self) {
            try PatchDiTConfiguration(
                json: Data(text.replacingOccurrences(of: from, with: to).utf8))
        }
        #expect("\(try #require(error))".contains(key))
    }
}
