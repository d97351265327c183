import Foundation
import Imaging
import Tensors
import TestSupport
import Testing

@testable import Upscaling

@Suite("The upscaling pipeline")
struct PipelineTests {
    func request(
        _ image: Image, target: TargetSize = .scale(2), format: ImageFormat = .png, bits: Int = 8,
        threads: Int = 2, memory: Int? = nil
    ) throws -> UpscaleRequest {
        UpscaleRequest(
            source: try ImageFile.encode(
                image, as: .png, options: EncodingOptions(bitsPerSample: bits)),
            name: "test.png", format: format,
            options: UpscaleOptions(
                target: target, regions: try RegionOptions(size: 32, overlap: 8),
                compute: ComputePolicy(threads: threads, precision: .f32),
                memoryLimitBytes: memory))
    }

    func decoded(_ result: UpscaleResult) throws -> DecodedImage {
        try ImageFile.decode(result.data, name: "result.png")
    }

    @Test("regions blend without a seam: a network that repeats pixels gives repeated pixels")
    func noSeams() throws {
        let image = TestPicture.waves(width: 75, height: 53)
        let upscaler = PromptSRUpscaler(networks: EnlargingNetwork().shelf)
        let source = try request(image, bits: 16)
        let result = try decoded(upscaler.upscale(source) { _ in }).image
        let original = try ImageFile.decode(source.source, name: "a.png").image
        var worst: Float = 0
        for y in 0..<result.height {
            for x in 0..<result.width {
                for c in 0..<3 {
                    let expected = original.pixels[(y / 2 * 75 + x / 2) * 3 + c]
                    worst = max(worst, abs(result.pixels[(y * 150 + x) * 3 + c] - expected))
                }
            }
        }
        #expect(worst < 2 / 65535)
    }

    @Test("grey stays grey, alpha is kept, and opaque stays opaque")
    func channels() throws {
        let upscaler = PromptSRUpscaler(networks: EnlargingNetwork().shelf)
        var image = TestPicture.waves(width: 20, height: 10, channels: .greyAlpha)
        for pixel in 0..<200 { image.pixels[pixel * 2 + 1] = 1 }
        let result = try decoded(upscaler.upscale(request(image)) { _ in })
        #expect(result.image.channels == .greyAlpha)
        let alpha = stride(from: 1, to: result.image.pixels.count, by: 2).map {
            result.image.pixels[$0]
        }
        #expect(alpha.allSatisfy { $0 == 1 })
    }

    @Test("the same bytes at any number of threads")
    func threads() throws {
        let upscaler = PromptSRUpscaler(networks: EnlargingNetwork().shelf)
        let image = TestPicture.waves(width: 100, height: 90)
        let one = try upscaler.upscale(request(image, threads: 1)) { _ in }.data
        for threads in 2...5 {
            #expect(try upscaler.upscale(request(image, threads: threads)) { _ in }.data == one)
        }
    }

    @Test("progress counts every region once, in order")
    func progress() throws {
        let upscaler = PromptSRUpscaler(networks: EnlargingNetwork().shelf)
        let source = try request(TestPicture.waves(width: 70, height: 50))
        let plan = try upscaler.plan(source, calibrated: false)
        var seen: [Int] = []
        _ = try upscaler.upscale(source) { seen.append($0.completed) }
        #expect(seen == Array(0...plan.regions))
        #expect(plan.regions == 6)
    }

    @Test(
        "values that are not numbers are an error, not a black picture",
        arguments: [Float.nan, .infinity])
    func notFinite(value: Float) throws {
        let upscaler = PromptSRUpscaler(networks: EnlargingNetwork(offset: value).shelf)
        let source = try request(TestPicture.waves(width: 70, height: 50))
        #expect(throws: UpscaleError.notFinite(network: "repeat", precision: "f32")) {
            try upscaler.upscale(source) { _ in }
        }
    }

    @Test("errors of the network and of the observer come through, and all threads end")
    func errors() throws {
        let source = try request(TestPicture.waves(width: 70, height: 50))
        let failing = PromptSRUpscaler(networks: EnlargingNetwork(throwsError: true).shelf)
        #expect(throws: EnlargingNetwork.Fault.onPurpose) { try failing.upscale(source) { _ in } }
        let upscaler = PromptSRUpscaler(networks: EnlargingNetwork().shelf)
        #expect(throws: CancellationError.self) {
            try upscaler.upscale(source) { if $0.completed == 2 { throw CancellationError() } }
        }
    }

    @Test("a job beyond the memory is refused before the network runs")
    func memory() throws {
        let upscaler = PromptSRUpscaler(networks: EnlargingNetwork(throwsError: true).shelf)
        let source = try request(TestPicture.waves(width: 70, height: 50), memory: 50_000)
        let peak = try upscaler.plan(source, calibrated: false).peakBytes
        #expect(throws: UpscaleError.notEnoughMemory(neededBytes: peak, availableBytes: 50_000)) {
            try upscaler.upscale(source) { _ in }
        }
    }

    @Test("the smallest fitting network is chosen, and the size asked for is met")
    func scales() throws {
        let shelf = NetworkShelf(scales: [4, 2, 3]) { EnlargingNetwork(scale: $0) }
        let upscaler = PromptSRUpscaler(networks: shelf)
        let image = TestPicture.waves(width: 20, height: 10)
        for (factor, expected) in [(1.1, 2), (2, 2), (2.5, 3), (3, 3), (3.1, 4), (4, 4)] {
            let source = try request(image, target: .scale(factor))
            let plan = try upscaler.plan(source, calibrated: false)
            #expect(plan.networkScale == expected, "×\(factor)")
            let result = try decoded(upscaler.upscale(source) { _ in }).image
            #expect(PixelSize(width: result.width, height: result.height) == plan.output)
        }
        #expect(throws: UpscaleError.scaleTooLarge(asked: 5, largest: 4)) {
            try upscaler.plan(request(image, target: .scale(5)), calibrated: false)
        }
        #expect(throws: UpscaleError.self) {
            try upscaler.plan(request(image, target: .scale(1)), calibrated: false)
        }
    }

    @Test("colours under alpha 0 do not reach the visible edge")
    func bleeding() throws {
        // A white square on fully transparent black.
        var image = Image(width: 16, height: 16, channels: .rgba, filledWith: 0)
        for y in 4..<12 {
            for x in 4..<12 {
                for c in 0..<4 { image.pixels[(y * 16 + x) * 4 + c] = 1 }
            }
        }
        let upscaler = PromptSRUpscaler(networks: EnlargingNetwork().shelf)
        let result = try decoded(upscaler.upscale(request(image, target: .scale(1.7))) { _ in })
            .image
        for pixel in stride(from: 0, to: result.pixels.count, by: 4)
        where result.pixels[pixel + 3] > 0 {
            #expect(result.pixels[pixel] > 0.99)
        }
    }
}
