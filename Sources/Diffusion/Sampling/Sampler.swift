internal import Foundation
public import Tensors

/// From noise to a clean value, asking a denoiser a few times.
public enum Sampler: String, Sendable, CaseIterable, Codable {
    /// DPM-Solver++(2M), second order, without noise on the way (Lu et al. 2022).
    case dpmSolver = "dpm"
    /// DDIM without noise on the way (Song et al. 2021).
    case ddim
    /// DDPM on few steps (Ho et al. 2020; Nichol and Dhariwal 2021): fresh noise at every step.
    case ddpm

    /// Samples.
    ///
    /// - Parameters:
    ///   - start: z at the first step of the plan, f32; used up.
    ///   - plan: The steps.
    ///   - denoiser: What is asked at each step.
    ///   - noise: Fresh normal noise for a step, of the shape of `start`; only DDPM asks for it.
    ///   - progress: Called before each step; what it throws stops the run.
    /// - Returns: The clean value, a tensor of the same shape.
    /// - Throws: What the denoiser and `progress` throw.
    public func sample(
        from start: Tensor, plan: StepPlan, denoiser: some Denoiser,
        noise: (_ t: Int) -> Tensor, progress: () throws -> Void = {}
    ) throws -> Tensor {
        let (z, schedule) = (start, denoiser.schedule)
        var memory: (clean: Tensor, step: Float)?
        for (now, next) in zip(plan.times, plan.times.dropFirst()) {
            try progress()
            let clean = try denoiser.denoised(z, at: now)
            if next == 0 { return clean }
            switch self {
            case .dpmSolver: memory = Self.dpmStep(z, clean, now, next, schedule, memory)
            case .ddim: Self.step(z, clean, now, next, schedule, share: 0, noise: nil)
            case .ddpm: Self.step(z, clean, now, next, schedule, share: 1, noise: noise(now))
            }
        }
        return z
    }

    /// One step of DPM-Solver++(2M) on the data prediction; the first one is of first order.
    private static func dpmStep(
        _ z: Tensor, _ clean: Tensor, _ now: Int, _ next: Int, _ schedule: NoiseSchedule,
        _ memory: (clean: Tensor, step: Float)?
    ) -> (clean: Tensor, step: Float) {
        let step = schedule.halfLogRatio(next) - schedule.halfLogRatio(now)
        let factor = -schedule.signal(next) * expm1(-step)
        if let memory {
            let slope = step / (2 * memory.step)
            z.combine(
                schedule.noise(next) / schedule.noise(now), with: clean, factor * (1 + slope))
            z.combine(1, with: memory.clean, -factor * slope)
        } else {
            z.combine(schedule.noise(next) / schedule.noise(now), with: clean, factor)
        }
        return (clean, step)
    }

    /// One step of DDIM; `share` is η, the part of DDPM's own noise.
    private static func step(
        _ z: Tensor, _ clean: Tensor, _ now: Int, _ next: Int, _ schedule: NoiseSchedule,
        share: Float, noise: Tensor?
    ) {
        let (alpha, beta) = (schedule.alphas[now], 1 - schedule.alphas[now])
        let (nextAlpha, nextBeta) = (schedule.alphas[next], 1 - schedule.alphas[next])
        let fresh = share * (nextBeta / beta * (1 - alpha / nextAlpha)).squareRoot()
        let kept = max(0, nextBeta - fresh * fresh).squareRoot() / beta.squareRoot()
        // z = √ᾱ' clean + kept (z - √ᾱ clean) + fresh noise
        z.combine(kept, with: clean, nextAlpha.squareRoot() - kept * alpha.squareRoot())
        if let noise, fresh > 0 { z.combine(1, with: noise, fresh) }
    }
}
