import Foundation
import Imaging
import TestSupport
import Testing

struct ResamplingTests {
    /// A case of `resampling.json`, computed with dense matrices in double precision.
    struct Golden: Decodable {
        let source: GoldenImage
        let width: Int
        let height: Int
        let filter: String
        let border: String
        let quantization: String
        /// 255ths.
        let expected: [Double]
    }

    static func golden() throws -> [Golden] {
        try JSONDecoder().decode([Golden].self, from: Fixture.data("resampling.json"))
    }

    @Test("every filter, border and rounding gives the golden values")
    func goldenValues() throws {
        let cases = try Self.golden()
        #expect(cases.count == 60)
        for golden in cases {
            let resized = try #require(golden.source.image).resized(
                width: golden.width, height: golden.height,
                filter: try #require(ResamplingFilter(rawValue: golden.filter)),
                border: try #require(BorderRule(rawValue: golden.border)),
                quantization: try #require(ResamplingQuantization(rawValue: golden.quantization)))
            try #require(resized.pixels.count == golden.expected.count)
            let worst =
                zip(resized.pixels, golden.expected)
                .map { abs(Double($0) * 255 - $1) }.max() ?? 0
            // Without rounding: single precision, and four digits in the fixture.
            let title = "\(golden.filter) \(golden.border) \(golden.quantization) \(golden.width)"
            #expect(worst < 2e-4, "\(title)")
        }
    }

    @Test("by hand: the mean of two, and the cubic between four")
    func byHand() {
        let step = Image(width: 4, height: 1, channels: .grey, pixels: [0, 0, 1, 1])
        #expect(step.resized(width: 2, height: 1, filter: .area).pixels == [0, 1])
        #expect(step.resized(width: 1, height: 1, filter: .area).pixels == [0.5])
        // The cubic is 0.2265625, −0.0703125 and −0.0234375 at distances of 0.75, 1.25 and 1.75.
        let expected: [Float] = [0, -0.0234375, -0.0703125, 0.203125]
        #expect(step.resized(width: 8, height: 1).pixels.prefix(4).elementsEqual(expected))
    }

    @Test("the same size gives the same image", arguments: ResamplingFilter.allCases)
    func identity(filter: ResamplingFilter) {
        let image = Image.numbered(width: 9, height: 5, channels: .rgb)
        #expect(image.resized(width: 9, height: 5, filter: filter).pixels == image.pixels)
    }

    @Test("a plain image stays plain at any size", arguments: ResamplingFilter.allCases)
    func plain(filter: ResamplingFilter) {
        let image = Image(width: 7, height: 5, channels: .greyAlpha, filledWith: 0.25)
        for (width, height) in [(1, 1), (3, 11), (29, 2), (700, 1)] {
            let resized = image.resized(width: width, height: height, filter: filter)
            #expect(resized.width == width && resized.height == height)
            #expect(resized.pixels.allSatisfy { abs($0 - 0.25) < 1e-6 })
        }
    }

    @Test(
        "colours of transparent pixels do not bleed", arguments: ResamplingFilter.allCases, [3, 24])
    func transparency(filter: ResamplingFilter, size: Int) {
        // Red, opaque on the left; green, transparent on the right.
        var image = Image(width: 12, height: 12, channels: .rgba, filledWith: 0)
        for y in 0..<12 {
            for x in 0..<12 {
                let index = image.index(x: x, y: y)
                image.pixels[index + (x < 6 ? 0 : 1)] = 1
                image.pixels[index + 3] = x < 6 ? 1 : 0
            }
        }
        let resized = image.resized(width: size, height: size, filter: filter)
        for pixel in stride(from: 0, to: resized.pixels.count, by: 4)
        where resized.pixels[pixel + 3] > 0.01 {
            #expect(resized.pixels[pixel] > 0.999)
            #expect(resized.pixels[pixel + 1] < 0.001)
        }
    }
}
