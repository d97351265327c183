import TestSupport
import Testing

@testable import Diffusion

@Suite("Noise schedule and steps")
struct NoiseScheduleTests {
    @Test("it is the twin's")
    func equalsTwin() throws {
        let file = try DiffusionFixture.golden("tiny-patch-dit")
        expectNear(NoiseSchedule.standard.alphas, try file.floats("alphas"), absolute: 1e-6)
    }

    @Test("the best linear estimate and the rest share the difference's variance")
    func preconditioning() {
        let factors = Preconditioning(deviation: 0.4)
        for t in [1, 100, 400, 700, 1000] {
            let (signal, noise) = (factors.schedule.signal(t), factors.schedule.noise(t))
            // Of d - c_skip z, with d of variance σ²: it must be c_out².
            let (keep, skip) = (1 - factors.skip(t) * signal, factors.skip(t) * noise)
            let variance = keep * keep * 0.16 + skip * skip
            #expect(abs(variance.squareRoot() - factors.out(t)) < 1e-4)
        }
    }

    @Test("steps fall evenly from τ and end at 0")
    func steps() {
        #expect(StepPlan(from: 400, count: 8).times == [400, 350, 300, 250, 200, 150, 100, 50, 0])
        #expect(StepPlan(from: 1000, count: 20).times.count == 21)
        #expect(StepPlan(from: 3, count: 3).times == [3, 2, 1, 0])
        #expect(StepPlan(from: 7, count: 1).times == [7, 0])
    }
}
