import Foundation
import Imaging
import ModelStore
import TestSupport
import Testing

@testable import Upscaling

@Suite("The automatic choice")
struct AutomaticUpscalerTests {
    let place: PatchScalerPlace
    let photo = PatchScalerPlace.grain(width: 40, height: 32)

    init() throws {
        place = try PatchScalerPlace()
        try TinyModel.write(below: place.folder.url)
    }

    /// The names of the networks that enlarged the photo, and what was said.
    private func report(
        saying degradation: String, target: TargetSize = .scale(2)
    ) throws -> UpscaleReport {
        let request = try place.request(photo, target: target) { $0.degradation = degradation }
        let upscaler = try AutomaticUpscaler(store: place.store, faithful: "tiny")
        #expect(upscaler.largestFaithfulScale == 2)
        let result = try upscaler.upscale(request) { _ in }
        #expect(try upscaler.plan(request, calibrated: false) == result.report.plan)
        return result.report
    }

    @Test("a clean photo is enlarged by PromptSR, a degraded one is restored")
    func choice() throws {
        let clean = try report(saying: "no blur, no noise")
        #expect(clean.models.keys.contains("tiny-x2") && clean.plan.network == "tiny-x2")
        let degraded = try report(saying: "heavy noise")
        #expect(degraded.models.keys.contains("restoration-module"))
        #expect(!degraded.models.keys.contains("tiny-x2"))
    }

    @Test("what PromptSR has no network for is restored, clean or not", arguments: [1.0, 4])
    func outOfReach(scale: Double) throws {
        let report = try report(saying: "no blur, no noise", target: .scale(scale))
        #expect(report.models.keys.contains("restoration-module"))
    }

    @Test("without PatchScaler's models PromptSR does everything, and it is said")
    func withoutRestoration() throws {
        let folder = try TemporaryFolder()
        try TinyModel.write(below: folder.url)
        let upscaler = try AutomaticUpscaler(
            store: ModelStore(roots: [folder.url]), faithful: "tiny")
        let request = try place.request(photo, target: .scale(2))
        let report = try upscaler.upscale(request) { _ in }.report
        #expect(report.plan.network == "tiny-x2")
        #expect(report.notes.contains { $0.contains("autoencoder-f8c16") })
    }
}
