import TestSupport
import Testing

@testable import Imaging

@Suite("Colour fix")
struct ColourFixTests {
    /// The blur of the undecimated transform, written down from its definition.
    private func slowLowBand(_ image: Image, levels: Int) -> [Double] {
        var samples = image.pixels.map(Double.init)
        let (w, h, n) = (image.width, image.height, image.channels.count)
        func at(_ x: Int, _ y: Int, _ c: Int) -> Double {
            samples[(min(max(y, 0), h - 1) * w + min(max(x, 0), w - 1)) * n + c]
        }
        for level in 0..<levels {
            let d = 1 << level
            var next = samples
            for y in 0..<h {
                for x in 0..<w {
                    for c in 0..<n {
                        var sum = 0.0
                        for (dy, a) in [(-d, 0.25), (0, 0.5), (d, 0.25)] {
                            for (dx, b) in [(-d, 0.25), (0, 0.5), (d, 0.25)] {
                                sum += a * b * at(x + dx, y + dy, c)
                            }
                        }
                        next[(y * w + x) * n + c] = sum
                    }
                }
            }
            samples = next
        }
        return samples
    }

    @Test(
        "the low band is that of the definition, also for pictures smaller than the kernel",
        arguments: [(40, 37), (9, 70), (1, 1), (3, 2)])
    func lowBand(width: Int, height: Int) {
        let image = TestPicture.waves(width: width, height: height)
        var fast = image
        fast.keepLowBand(levels: 5)
        let slow = slowLowBand(image, levels: 5)
        for (a, b) in zip(fast.pixels, slow) { #expect(abs(Double(a) - b) < 1e-5) }
    }

    private func coloured(_ image: Image, as reference: Image, by fix: ColourFix) -> Image {
        var result = image
        result.takeColours(of: reference, by: fix)
        return result
    }

    @Test("slow changes of colour come from the reference, and detail stays")
    func wavelet() {
        let reference = TestPicture.waves(width: 96, height: 80)
        var changed = reference
        for index in changed.pixels.indices {
            // A cast that differs by channel, and a fine pattern.
            let fine: Float = (index / 3 % 2 == 0) == (index / 3 / 96 % 2 == 0) ? 0.04 : -0.04
            changed.pixels[index] += 0.1 - 0.05 * Float(index % 3) + fine
        }
        var low = coloured(changed, as: reference, by: .wavelet)
        let fixed = low
        low.keepLowBand(levels: 5)
        var wanted = reference
        wanted.keepLowBand(levels: 5)
        let shift = zip(low.pixels, wanted.pixels).map { abs($0 - $1) }
        // Under one level of 255.
        #expect((shift.max() ?? 1) < 1.0 / 255)
        for index in 40 * 96 * 3 + 120..<40 * 96 * 3 + 150 {
            let detail = abs(fixed.pixels[index] - reference.pixels[index])
            #expect(abs(detail - 0.04) < 0.004)
        }
    }

    @Test("AdaIN gives each channel the reference's mean and deviation; none changes nothing")
    func statistics() {
        let reference = TestPicture.waves(width: 50, height: 30)
        var changed = reference
        for index in changed.pixels.indices {
            changed.pixels[index] = 0.3 * changed.pixels[index] + 0.4
        }
        let fixed = coloured(changed, as: reference, by: .adain)
        for (a, b) in zip(fixed.pixels, reference.pixels) { #expect(abs(a - b) < 1e-4) }
        #expect(coloured(changed, as: reference, by: .none) == changed)
        let flat = Image(width: 50, height: 30, channels: .rgb, filledWith: 0.5)
        #expect(coloured(flat, as: reference, by: .adain).pixels.allSatisfy { $0.isFinite })
    }

    @Test("mirrored pixels stand beyond the edge, which is not repeated")
    func mirrored() {
        let image = Image(width: 3, height: 1, channels: .grey, pixels: [1, 2, 3])
        #expect(image.mirrored(toWidth: 8, height: 2).pixels.prefix(8) == [1, 2, 3, 2, 1, 2, 3, 2])
        let dot = Image(width: 1, height: 1, channels: .rgb, pixels: [0.1, 0.2, 0.3])
        let all = dot.mirrored(toWidth: 2, height: 2).pixels
        #expect(all == Array([[Float]](repeating: dot.pixels, count: 4).joined()))
    }
}
