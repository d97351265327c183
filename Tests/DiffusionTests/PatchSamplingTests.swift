import Autoencoding
import Foundation
import ModelStore
import RandomDraws
import TestSupport
import Tensors
import Testing

@testable import Diffusion

@Suite("Patch-adaptive sampling")
struct PatchSamplingTests {
    private static let noise = NoiseField(DrawSource(key: 5))

    /// Patch-DiT of ``TinyPatchScaler``: 5 channels, patches of 8×8.
    private static func network(isSilent: Bool = false) throws -> PatchDiT {
        let folder = try TemporaryFolder()
        try TinyPatchScaler.write(
            below: folder.url, parts: [.diffusion], isSilent: isSilent)
        return try PatchDiT.load(ModelStore(roots: [folder.url]).model(named: "patch-dit"))
    }

    private static func latent(width: Int, height: Int, seed: UInt64 = 1) -> Latent {
        var random = SplitMix(seed: seed)
        return Latent(
            width: width, height: height, channels: 5,
            values: random.floats(width * height * 5, in: -1...1))
    }

    private static func run(
        _ network: PatchDiT, _ coarse: Latent, stride: Int = 6, threads: Int = 1, batch: Int = 16,
        sampler: Sampler = .dpmSolver, steps: (Int) -> PatchSteps
    ) throws -> Latent {
        let grid = PatchGrid(
            width: coarse.width, height: coarse.height, side: 8, stride: stride)
        return try PatchSampling(network, sampler: sampler, batchSize: batch).run(
            coarse, grid: grid, steps: (0..<grid.count).map(steps), noise: noise,
            policy: ComputePolicy(threads: threads, precision: .f32),
            prompt: { _, _ in PromptTokens() })
    }

    @Test("patches cut from the field agree where they overlap, and its numbers are normal")
    func noiseField() {
        let first = Self.noise.patch(x: 10, y: 20, side: 8, channels: 5)
        let second = Self.noise.patch(x: 13, y: 22, side: 8, channels: 5)
        for y in 0..<6 {
            for x in 0..<5 {
                for c in 0..<5 {
                    #expect(
                        first[((y + 2) * 8 + x + 3) * 5 + c] == second[(y * 8 + x) * 5 + c])
                }
            }
        }
        let many = Self.noise.patch(x: 0, y: 0, side: 64, channels: 5).map(Double.init)
        let mean = many.reduce(0, +) / Double(many.count)
        let variance = many.reduce(0) { $0 + $1 * $1 } / Double(many.count)
        #expect(abs(mean) < 0.03 && abs(variance - 1) < 0.05)
        // Single precision may meet twice.
        #expect(Set(many).count > many.count - 10)
        #expect(Self.noise.fresh(at: 400) != Self.noise.fresh(at: 399))
    }

    @Test("patches cover every place, and count 1 together", arguments: [8, 9, 14, 20, 21, 47])
    func grid(extent: Int) {
        for stride in [4, 6, 8] {
            let grid = PatchGrid(width: extent, height: 11, side: 8, stride: stride)
            var sums = [Float](repeating: 0, count: extent * 11)
            for patch in 0..<grid.count {
                let place = grid.rectangle(patch)
                #expect(place.x + 8 <= extent && place.y + 8 <= 11)
                for (index, weight) in grid.weights(patch).enumerated() {
                    sums[(place.y + index / 8) * extent + place.x + index % 8] += weight
                }
            }
            #expect(sums.allSatisfy { abs($0 - 1) < 1e-5 }, "\(extent) every \(stride)")
        }
    }

    @Test("the quality map is the mean confidence of each patch")
    func qualityMap() {
        let grid = PatchGrid(width: 14, height: 8, side: 8, stride: 6)
        let confidence = Latent(
            width: 14, height: 8, channels: 1,
            values: (0..<112).map { Float($0 % 14) / 16 })
        let means = QualityMap.means(of: confidence, grid)
        #expect(means.count == 2)
        #expect(abs(means[0] - 3.5 / 16) < 1e-6 && abs(means[1] - 9.5 / 16) < 1e-6)
    }

    @Test("confident patches start late and take few steps, in groups and without jumps")
    func schedule() {
        let groups = PatchSchedule.groups(SamplingPlan.paper)
        #expect(groups.steps(confidence: 0.95) == PatchSteps(tau: 400, count: 8))
        #expect(groups.steps(confidence: 0.9499) == PatchSteps(tau: 700, count: 14))
        #expect(groups.steps(confidence: 0) == PatchSteps(tau: 1000, count: 20))
        #expect(groups.steps(confidence: 0, fidelity: 0.5) == PatchSteps(tau: 500, count: 10))
        #expect(groups.steps(confidence: 0, fidelity: 1) == .none)
        #expect(groups.withSteps(most: 10).groups.map(\.steps) == [4, 7, 10])
        let continuous = PatchSchedule.continuous(SamplingPlan.paper)
        let all = (0...200).map { continuous.steps(confidence: Double($0) / 200) }
        #expect(all.first == PatchSteps(tau: 1000, count: 20))
        #expect(all.last == PatchSteps(tau: 400, count: 8))
        for (harder, easier) in zip(all, all.dropFirst()) {
            #expect(harder.tau >= easier.tau && harder.count >= easier.count)
            #expect(harder.tau - easier.tau <= 90)
        }
    }

    @Test(
        "groups that cannot be are refused",
        arguments: [
            [], [(0.5, 400, 8)], [(0, 400, 0)], [(0, 400, 401)], [(0, 1001, 8)],
            [(0.5, 400, 8), (0.5, 400, 8), (0, 1, 1)], [(1.5, 400, 8), (0, 1, 1)],
        ] as [[(Double, Int, Int)]])
    func refused(groups: [(Double, Int, Int)]) {
        let groups = groups.map {
            SamplingPlan.Group(confidence: $0.0, tau: $0.1, steps: $0.2)
        }
        #expect(SamplingPlan.problem(with: groups) != nil)
    }

    @Test("where the network adds nothing of its own, the grid of patches leaves no trace")
    func noSeams() throws {
        let network = try Self.network(isSilent: true)
        let coarse = Latent(
            width: 30, height: 22, channels: 5,
            values: [Float](repeating: 0.25, count: 30 * 22 * 5))
        let steps = PatchSteps(tau: 700, count: 3)
        let one = try Self.run(network, coarse, stride: 6) { _ in steps }
        let other = try Self.run(network, coarse, stride: 4) { _ in steps }
        expectNear(one.values, other.values, absolute: 2e-6)
        #expect(zip(one.values, coarse.values).contains { abs($0 - $1) > 0.1 })
    }

    @Test(
        "threads and the size of batches do not change a byte",
        arguments: [Sampler.dpmSolver, .ddim, .ddpm])
    func sameBytes(sampler: Sampler) throws {
        let network = try Self.network()
        let coarse = Self.latent(width: 26, height: 20)
        func result(threads: Int, batch: Int) throws -> Latent {
            try Self.run(network, coarse, threads: threads, batch: batch, sampler: sampler) {
                $0 % 3 == 0 ? PatchSteps(tau: 400, count: 2) : PatchSteps(tau: 900, count: 3)
            }
        }
        let one = try result(threads: 1, batch: 16)
        #expect(one.values.allSatisfy { $0.isFinite })
        for (threads, batch) in [(2, 16), (1, 5), (3, 1)] {
            #expect(
                try result(threads: threads, batch: batch) == one, "\(threads), \(batch)")
        }
    }

    @Test(
        "batches of a group are about equally large, and four where there are patches enough",
        arguments: [
            (3, [3]), (9, [4, 5]), (17, [4, 4, 4, 5]), (49, [12, 12, 12, 13]),
            (70, [8, 9, 9, 9, 8, 9, 9, 9]),
        ])
    func batches(patches: Int, sizes: [Int]) throws {
        let steps = (0..<patches).map { _ in PatchSteps(tau: 900, count: 1) }
        let batches = try PatchSampling(Self.network()).batches([.none] + steps + [.none])
        #expect(batches.map(\.patches.count) == sizes)
        #expect(batches.flatMap(\.patches) == Array(1...patches))
    }

    @Test("patches without steps keep the coarse latent, except where a neighbour reaches in")
    func kept() throws {
        let coarse = Self.latent(width: 26, height: 8)
        let network = try Self.network()
        let result = try Self.run(network, coarse) {
            $0 == 0 ? PatchSteps(tau: 400, count: 2) : .none
        }
        let changed = coarse.values.indices.filter { result.values[$0] != coarse.values[$0] }
            .map { $0 / 5 % 26 }
        #expect(changed.min() == 0)
        #expect((changed.max() ?? 26) < 8)
        #expect(try Self.run(network, coarse) { _ in .none } == coarse)
    }

    @Test("the restoration module gives the same in tiles and at once", arguments: [1, 2])
    func tiles(threads: Int) throws {
        let network = try RestorationModule(
            from: DiffusionFixture.weights("tiny-restoration"),
            configuration: RestorationModuleConfiguration(
                json: DiffusionFixture.configuration("tiny-restoration")), fingerprint: "")
        let latent = Self.latent(width: 140, height: 92, seed: 3)
        let policy = ComputePolicy(threads: threads, precision: .f32)
        let whole = try network.restored(latent, policy: policy, cell: (140, 92))
        let tiled = try network.restored(latent, policy: policy, cell: (24, 16))
        expectNear(tiled.coarse.values, whole.coarse.values, absolute: 5e-5)
        expectNear(tiled.confidence.values, whole.confidence.values, absolute: 1e-5)
    }
}
