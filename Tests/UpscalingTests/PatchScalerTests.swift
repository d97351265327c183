import Diffusion
import Foundation
import Imaging
import ModelStore
import TestSupport
import Tensors
import Testing
import TextureMemory

@testable import Upscaling

/// A folder with tiny networks and a memory made with them.
struct PatchScalerPlace {
    let folder: TemporaryFolder
    var store: ModelStore { ModelStore(roots: [folder.url]) }

    init(
        parts: [TinyPatchScaler.Part] = TinyPatchScaler.Part.allCases, withMemory: Bool = false
    ) throws {
        folder = try TemporaryFolder()
        try TinyPatchScaler.write(below: folder.url, parts: parts)
        guard withMemory else { return }
        for seed in 0..<2 {
            try folder.write(
                ImageFile.encode(Self.grain(width: 200, height: 160, seed: seed), as: .png),
                "corpus/\(seed).png")
        }
        var parameters = BuildParameters()
        (parameters.initial, parameters.size) = (24, 8)
        let encoder = try NetworkPatchEncoder(
            autoencoder: store.model(named: "autoencoder-f8c16"),
            classifier: store.model(named: "texture-classifier"), precision: .f32)
        _ = try MemoryBuilder(encoder: encoder, parameters: parameters, threads: 1)
            .build(
                Corpus(inputs: [folder.path("corpus")]),
                to: folder.url.appending(path: "Memory/natural"))
    }

    /// A picture with something to see everywhere.
    static func grain(
        width: Int, height: Int, seed: Int = 1, channels: Image.Channels = .rgb
    ) -> Image {
        var random = SplitMix(seed: UInt64(seed))
        return Image(
            width: width, height: height, channels: channels,
            pixels: random.floats(width * height * channels.count, in: 0.1...0.9))
    }

    func upscaler(memory: PatchScalerMemory = .standard) throws -> PatchScalerUpscaler {
        try PatchScalerUpscaler(store: store, memory: memory)
    }

    func request(
        _ image: Image, target: TargetSize = .scale(4), threads: Int = 2, memoryLimit: Int? = nil,
        bits: Int = 8, _ change: (inout RestorationOptions) -> Void = { _ in }
    ) throws -> UpscaleRequest {
        var options = UpscaleOptions(
            target: target, compute: ComputePolicy(threads: threads, precision: .f32),
            memoryLimitBytes: memoryLimit)
        change(&options.restoration)
        return UpscaleRequest(
            source: try ImageFile.encode(
                image, as: .png, options: EncodingOptions(bitsPerSample: bits)),
            name: "test.png", format: .png, options: options)
    }

    /// The result, decoded.
    func image(
        _ image: Image, target: TargetSize = .scale(4), threads: Int = 2,
        _ change: (inout RestorationOptions) -> Void = { _ in }
    ) throws -> Image {
        let request = try request(image, target: target, threads: threads, change)
        let result = try upscaler().upscale(request) { _ in }
        return try ImageFile.decode(result.data, name: "result.png").image
    }
}

@Suite("PatchScaler")
struct PatchScalerTests {
    let place: PatchScalerPlace

    init() throws { place = try PatchScalerPlace() }

    @Test(
        "any size is met to the pixel, from one pixel up and from ×1 to ×8",
        arguments: [
            (1, 1, TargetSize.scale(1)), (1, 1, .scale(8)), (7, 3, .scale(4)), (40, 9, .scale(1)),
            (33, 21, .scale(8)), (30, 20, .size(PixelSize(width: 97, height: 61))),
            (30, 20, .width(71)),
        ])
    func sizes(width: Int, height: Int, target: TargetSize) throws {
        let photo = PatchScalerPlace.grain(width: width, height: height)
        let wanted = try target.outputSize(for: PixelSize(width: width, height: height))
        let result = try place.image(photo, target: target)
        #expect(result.width == wanted.width && result.height == wanted.height)
    }

    @Test(
        "alpha, grey and 16 bits stay", arguments: [Image.Channels.grey, .greyAlpha, .rgb, .rgba])
    func envelope(channels: Image.Channels) throws {
        let photo = PatchScalerPlace.grain(width: 24, height: 20, channels: channels)
        let result = try place.upscaler().upscale(place.request(photo, bits: 16)) { _ in }
        let decoded = try ImageFile.decode(result.data, name: "result.png")
        #expect(decoded.image.channels == channels && decoded.bitsPerSample == 16)
    }

    @Test("the number of threads does not change a byte, and a seed makes one picture")
    func sameBytes() throws {
        let photo = PatchScalerPlace.grain(width: 60, height: 45)
        let one = try place.image(photo, threads: 1)
        for threads in [2, 5] { #expect(try place.image(photo, threads: threads) == one) }
        #expect(try place.image(photo) { $0.seed = 1 } != one)
        var other = photo
        other.pixels[0] = 0.2
        #expect(try place.image(other) != one)
    }

    @Test("fidelity goes from the whole diffusion to the coarse result")
    func fidelity() throws {
        let photo = PatchScalerPlace.grain(width: 40, height: 30)
        let coarse = try place.image(photo) { $0.fidelity = 1 }
        func distance(_ fidelity: Double) throws -> Float {
            let image = try place.image(photo) { $0.fidelity = fidelity }
            return zip(image.pixels, coarse.pixels).reduce(0) { $0 + abs($1.0 - $1.1) }
        }
        let distances = try [0, 0.7, 0.99].map(distance)
        #expect(distances[0] > distances[1] && distances[1] > distances[2])
        // A way of ten steps of a thousand is next to nothing.
        #expect(distances[2] < 0.3 * distances[0])
        let onlyRestoration = try PatchScalerPlace(parts: [.restoration])
        #expect(try onlyRestoration.image(photo) == coarse)
    }

    @Test("where the mask is white the coarse result stays, to the byte")
    func keepMask() throws {
        let photo = PatchScalerPlace.grain(width: 60, height: 40)
        let coarse = try place.image(photo) { $0.fidelity = 1 }
        let whole = try place.image(photo)
        var mask = Image(width: 240, height: 160, channels: .grey, filledWith: 0)
        for y in 0..<160 {
            for x in 0..<110 { mask.pixels[y * 240 + x] = 1 }
        }
        let mixed = try place.image(photo) { $0.keepMask = mask }
        for y in 0..<160 {
            let row = y * 720
            #expect(mixed.pixels[row..<row + 330] == coarse.pixels[row..<row + 330])
            // Far from the mask all is as without it, but for the grain of a byte.
            let far = row + 3 * 200..<row + 720
            for index in far { #expect(abs(mixed.pixels[index] - whole.pixels[index]) < 0.02) }
        }
        #expect(mixed != coarse && mixed != whole)
        let all = Image(width: 60, height: 40, channels: .grey, filledWith: 1)
        #expect(try place.image(photo) { $0.keepMask = all } == coarse)
    }

    @Test("without Patch-DiT the coarse result is made and said, and diffusion is refused")
    func withoutDiffusion() throws {
        let place = try PatchScalerPlace(parts: [.restoration])
        let photo = PatchScalerPlace.grain(width: 30, height: 20)
        let upscaler = try place.upscaler()
        let report = try upscaler.upscale(place.request(photo)) { _ in }.report
        #expect(report.notes.contains { $0.contains("patch-dit") })
        #expect(
            report.models.keys.sorted()
                == ["autoencoder-f8c16", "detail-decoder", "restoration-module"])
        let error = #expect(throws: ModelError.self) {
            try upscaler.upscale(place.request(photo) { $0.fidelity = 0.5 }) { _ in }
        }
        #expect("\(try #require(error))".contains("patch-dit"))
    }

    @Test("without the detail decoder the autoencoder decodes, which is said")
    func withoutDetailDecoder() throws {
        let place = try PatchScalerPlace(parts: [.restoration])
        let photo = PatchScalerPlace.grain(width: 30, height: 20)
        let detailed = try place.image(photo)
        try FileManager.default.removeItem(
            at: place.folder.url.appending(path: "Models/detail-decoder"))
        let result = try place.upscaler().upscale(place.request(photo)) { _ in }
        #expect(result.report.notes.contains { $0.contains("detail-decoder") })
        #expect(result.report.models.keys.sorted() == ["autoencoder-f8c16", "restoration-module"])
        #expect(try place.image(photo) != detailed)
    }

    @Test("networks that do not belong together are refused by name")
    func otherAutoencoder() throws {
        let folder = try TemporaryFolder()
        try TinyPatchScaler.write(
            below: folder.url, trainedFor: String(repeating: "a", count: 64))
        let error = #expect(throws: ModelError.self) {
            try PatchScalerUpscaler(store: ModelStore(roots: [folder.url]))
        }
        #expect("\(try #require(error))".contains("restoration-module"))
    }

    @Test("impossible requests are refused before any work")
    func refused() throws {
        let photo = PatchScalerPlace.grain(width: 30, height: 20)
        let upscaler = try place.upscaler()
        func error(_ request: UpscaleRequest) -> UpscaleError? {
            do {
                _ = try upscaler.plan(request, calibrated: false)
                return nil
            } catch { return error as? UpscaleError }
        }
        #expect(
            error(try place.request(photo, target: .scale(9)))
                == .scaleTooLarge(asked: 9, largest: 8))
        #expect(
            error(try place.request(photo, target: .size(PixelSize(width: 60, height: 19))))
                == .notLarger(
                    input: PixelSize(width: 30, height: 20),
                    output: PixelSize(width: 60, height: 19)))
        let mask = Image(width: 31, height: 20, channels: .grey, filledWith: 1)
        guard case .badMask = error(try place.request(photo) { $0.keepMask = mask }) else {
            Issue.record("a mask of another size")
            return
        }
        guard case .badRestoration = error(try place.request(photo) { $0.textureCount = 3 }) else {
            Issue.record("more textures than the network knows")
            return
        }
        let small = try place.request(photo, memoryLimit: 1_000_000)
        let needed = try upscaler.plan(small, calibrated: false).peakBytes
        #expect(
            throws: UpscaleError.notEnoughMemory(neededBytes: needed, availableBytes: 1_000_000)
        ) { try upscaler.upscale(small) { _ in } }
    }

    @Test("progress rises to the end")
    func progress() throws {
        var seen: [UpscaleProgress] = []
        let request = try place.request(PatchScalerPlace.grain(width: 50, height: 40))
        _ = try place.upscaler().upscale(request) { seen.append($0) }
        #expect(seen.map(\.completed) == seen.map(\.completed).sorted())
        #expect(seen.first?.completed == 0 && seen.last?.completed == seen.last?.total)
    }

    @Test("a run that was stopped goes on to the same bytes, and leaves nothing behind")
    func resumes() throws {
        let photo = PatchScalerPlace.grain(width: 150, height: 90)
        let upscaler = try place.upscaler()
        let url = place.folder.url.appending(path: "journal")
        func request(journal: URL?) throws -> UpscaleRequest {
            try place.request(photo, threads: 1) {
                $0.journal = journal
                $0.journalFrom = 1
            }
        }
        let whole = try upscaler.upscale(request(journal: nil)) { _ in }.data
        #expect(throws: CancellationError.self) {
            try upscaler.upscale(request(journal: url)) {
                if Double($0.completed) / Double($0.total) > 0.5 { throw CancellationError() }
            }
        }
        let left = try Data(contentsOf: url)
        #expect(left.count > 10_000)
        // The end of it is lost, as when the machine stops.
        try left.dropLast(100).write(to: url)
        #expect(try upscaler.upscale(request(journal: url)) { _ in }.data == whole)
        #expect(!FileManager.default.fileExists(atPath: url.path))
    }

    @Test("an estimate is a time above nothing")
    func estimate() throws {
        let request = try place.request(PatchScalerPlace.grain(width: 50, height: 40))
        let plan = try place.upscaler().plan(request, calibrated: true)
        #expect((plan.expectedSeconds ?? 0) > 0)
        #expect(plan.stages.map(\.name).contains("sample"))
    }
}

@Suite("PatchScaler's prompts")
struct PatchScalerPromptTests {
    @Test("textures of the memory and words of a person change the result, and are recorded")
    func prompts() throws {
        let place = try PatchScalerPlace(withMemory: true)
        let photo = PatchScalerPlace.grain(width: 50, height: 40, seed: 9)
        let plain = try place.image(photo) {
            $0.textureCount = 0
            $0.usesDegradation = false
        }
        let textured = try place.image(photo) { $0.usesDegradation = false }
        let judged = try place.image(photo) { $0.textureCount = 0 }
        let said = try place.image(photo) {
            $0.textureCount = 0
            $0.degradation = "heavy blur, no noise"
        }
        for (a, b) in [(plain, textured), (plain, judged), (judged, said), (plain, said)] {
            #expect(a != b)
        }

        let request = try place.request(photo) { $0.wantsMaps = true }
        let maps = try #require(try place.upscaler().upscale(request) { _ in }.maps)
        #expect(maps.memory == "natural")
        #expect(maps.confidence.width == 25 && maps.confidence.height == 20)
        #expect(maps.groups.width == 25 && maps.groups.channels == .rgb)
        #expect(maps.patches.allSatisfy { $0.textures.count == 2 && $0.side == 64 })
        #expect(maps.patches.allSatisfy { (0...1).contains($0.confidence) })
        #expect(Set(maps.sources.map(\.path)).isSubset(of: ["0.png", "1.png"]))
        #expect(!maps.sources.isEmpty)
        for patch in maps.patches {
            #expect(patch.textures[0].similarity >= patch.textures[1].similarity)
        }
    }

    @Test("a memory that was asked for must be there; the standard one is missed in a note")
    func missingMemory() throws {
        let place = try PatchScalerPlace()
        #expect(throws: MemoryError.self) { try place.upscaler(memory: .named("nowhere")) }
        let request = try place.request(PatchScalerPlace.grain(width: 30, height: 20))
        let report = try place.upscaler().upscale(request) { _ in }.report
        #expect(report.notes.contains { $0.contains("natural") })
        let without = try place.upscaler(memory: .none).upscale(request) { _ in }.report
        #expect(without.notes.isEmpty)
    }

    @Test("a photo that is said to be clean keeps its own pixels, and others do not")
    func cleanPhoto() throws {
        let place = try PatchScalerPlace()
        let photo = PatchScalerPlace.grain(width: 50, height: 40)
        let types = "no blur, no noise"
        func distance(_ degradation: String) throws -> Float {
            let result = try place.image(photo, target: .scale(1)) {
                $0.degradation = degradation
            }
            return zip(result.pixels, photo.pixels).map { abs($0 - $1) }.max() ?? 0
        }
        #expect(try distance(types) < 1.01 / 255)
        #expect(try distance("heavy noise") > 0.1)
    }

    @Test("what is put back rises with the probability that nothing happened")
    func cleanness() {
        let shares = [0.0, 0.8, 0.85, 0.9, 0.95, 1].map {
            PhotoCleanness.share([[$0, 1 - $0], [1, 0]])
        }
        #expect(shares == shares.sorted())
        #expect(shares[1] == 0 && shares[4] == 1 && shares[2] > 0 && shares[3] < 1)
    }

    @Test("a photo too small to judge goes without a degradation prompt, and it is said")
    func tooSmall() throws {
        let place = try PatchScalerPlace()
        let request = try place.request(PatchScalerPlace.grain(width: 30, height: 12))
        let report = try place.upscaler().upscale(request) { _ in }.report
        #expect(report.notes.contains { $0.contains("too small") })
    }
}
