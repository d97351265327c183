import Degradations
import Foundation
import Imaging
import RandomDraws
import Tensors
import TestSupport
import Testing

/// Single steps against the Python twin.
@Suite("Degradation steps")
struct StepTests {
    let steps: [DegradationStep]
    let tensors: SafetensorsFile

    init() throws {
        steps = try JSONDecoder().decode([DegradationStep].self, from: Fixture.data("steps.json"))
        tensors = try SafetensorsFile(Fixture.url("steps.safetensors"))
    }

    func image(_ name: String) throws -> Image {
        let shape = try #require(tensors.shape(of: name))
        return Image(
            width: shape[1], height: shape[0], channels: .rgb, pixels: try tensors.floats(name))
    }

    func applied(_ steps: [DegradationStep], to image: Image, threads: Int = 2) throws -> Image {
        try image.degraded(
            by: DrawnDegradation(steps: steps, source: DrawSource(key: 3)), threads: threads)
    }

    @Test("kernels are the twin's to 1e-6 and sum to one")
    func kernels() throws {
        var count = 0
        for (index, step) in steps.enumerated() {
            let kernel: FilterKernel
            switch step {
            case .blur(let blur): kernel = FilterKernel(blur)
            case .sinc(let side, let cutoff):
                kernel = FilterKernel(sincOfSide: side, cutoff: cutoff)
            default: continue
            }
            // The twin's are stored in single precision, hence the relative part.
            expectNear(
                try tensors.floats("\(index).kernel"), kernel.weights, absolute: 1e-9,
                relative: 1e-6)
            #expect(abs(kernel.weights.reduce(0, +) - 1) < 1e-12)
            count += 1
        }
        #expect(count == 11)
    }

    @Test("blur, sinc and resizing are the twin's but for rounding")
    func filters() throws {
        for (index, step) in steps.enumerated() {
            if case .jpeg = step { continue }
            let expected = try image("\(index).result").clamped()
            let result = try applied([step], to: image("image"))
            #expect(result.width == expected.width && result.height == expected.height)
            // The twin sums in double precision; 441 products in single are off by 441 · 2⁻²⁴ · ½
            // at the very most, and by a tenth of it in practice.
            expectNear(result.pixels, expected.pixels, absolute: 2e-6)
        }
    }

    @Test("JPEG is the twin's, to the last level but for libraries' own rounding")
    func jpeg() throws {
        for (index, step) in steps.enumerated() {
            guard case .jpeg = step else { continue }
            let expected = try image("\(index).result")
            let result = try applied([step], to: image("image"))
            expectNear(result.pixels, expected.pixels, absolute: 1.01 / 255)
            let different = zip(result.pixels, expected.pixels).count { abs($0 - $1) > 1e-3 }
            #expect(different * 50 < result.pixels.count, "\(different) of them, \(step)")
        }
    }

    @Test("by hand: a box of nine, mirrored at the edge")
    func mirrored() throws {
        // A bell this wide is flat: all weights are a ninth.
        let blur = BlurStep(
            shape: .gaussian, side: 3, sigmaAcrossPixels: 1000, sigmaDownPixels: 1000)
        let row = Image(width: 4, height: 1, channels: .grey, pixels: [0, 0.3, 0.6, 0.9])
        let result = row.filtered(by: FilterKernel(blur), threads: 1)
        expectNear(result.pixels, [0.2, 0.3, 0.6, 0.7] as [Float], absolute: 1e-5)
    }

    @Test("a turned blur is the transposed one at right angles")
    func angle() throws {
        func kernel(_ angle: Double) -> FilterKernel {
            FilterKernel(
                BlurStep(
                    side: 9, sigmaAcrossPixels: 2.5, sigmaDownPixels: 0.8, angleRadians: angle))
        }
        let (flat, upright) = (kernel(0), kernel(.pi / 2))
        for y in 0..<9 {
            for x in 0..<9 {
                #expect(abs(flat.weights[y * 9 + x] - upright.weights[x * 9 + y]) < 1e-12)
            }
        }
        // The deviation along the rows is the first one, cut off at four pixels.
        #expect(flat.weights[4 * 9 + 1] > 5 * flat.weights[1 * 9 + 4])
    }

    @Test("every step comes back from its label")
    func labels() throws {
        let all =
            steps + [
                .gaussianNoise(sigma8Bit: 12.5, isGrey: true),
                .poissonNoise(scale: 0.75, isGrey: false),
                .resize(ResizeStep(width: 5, height: 7, method: .area)),
            ]
        let data = try JSONEncoder().encode(all)
        #expect(try JSONDecoder().decode([DegradationStep].self, from: data) == all)
        #expect(String(decoding: data, as: UTF8.self).contains(#""final resize""#))
    }

    @Test(
        "any picture goes through every step on any number of threads, with the same bytes",
        arguments: Image.Channels.allCases, [(1, 1), (3, 40), (33, 17)])
    func anything(channels: Image.Channels, size: (Int, Int)) throws {
        let picture = TestPicture.waves(width: size.0, height: size.1, channels: channels)
        let all: [DegradationStep] = [
            .blur(BlurStep(side: 21, sigmaAcrossPixels: 2, sigmaDownPixels: 1, angleRadians: 1)),
            .resize(ResizeStep(width: 19, height: 23, method: .area, factor: 1)),
            .gaussianNoise(sigma8Bit: 9, isGrey: false), .jpeg(quality: 50),
            .sinc(side: 13, cutoffRadians: 1.5), .poissonNoise(scale: 1, isGrey: true),
            .resize(ResizeStep(width: 8, height: 5, method: .bicubic)),
        ]
        let result = try applied(all, to: picture, threads: 1)
        #expect(result.width == 8 && result.height == 5 && result.channels == channels)
        #expect(result.pixels.allSatisfy { (0...1).contains($0) })
        for threads in [2, 3, 8] {
            #expect(try applied(all, to: picture, threads: threads) == result)
        }
    }

    @Test("a step that would fill the memory is refused before it starts")
    func tooLarge() throws {
        let picture = TestPicture.waves(width: 4, height: 4)
        let step = DegradationStep.resize(
            ResizeStep(width: 1 << 40, height: 1 << 40, method: .area))
        #expect {
            _ = try applied([step], to: picture)
        } throws: {
            if case DegradationError.tooLarge = $0 { true } else { false }
        }
    }
}
