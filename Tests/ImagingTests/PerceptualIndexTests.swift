import Foundation
import Imaging
import TestSupport
import Testing

@Suite("HaarPSI and NIQE")
struct PerceptualIndexTests {
    /// A case of `perceptual.json`.
    struct Golden: Decodable {
        let width: Int
        let height: Int
        let channels: Int
        /// The side of a flat square at the top left.
        let flat: Int
        let niqe: Double
        let haarpsi: Double

        /// The picture of the fixture's script, and another one like it.
        func pictures() throws -> (Image, Image) {
            let channels = try #require(Image.Channels(rawValue: channels))
            var first = levels(seed: 1)
            for y in 0..<flat {
                let start = y * width * channels.count
                for i in 0..<flat * channels.count { first[start + i] = 200 }
            }
            let second = zip(first, levels(seed: 2)).map { (3 * $0 + $1) / 4 }
            func image(_ levels: [Int]) -> Image {
                Image(
                    width: width, height: height, channels: channels,
                    pixels: levels.map { Float($0) / 255 })
            }
            return (image(first), image(second))
        }

        private func levels(seed: UInt32) -> [Int] {
            func wave(_ t: Int, _ period: Int) -> Int { abs(t % (2 * period) - period) }
            var state = seed
            return (0..<width * height * channels).map { i in
                state = state &* 1_664_525 &+ 1_013_904_223
                let (x, y, c) = (i / channels % width, i / channels / width, i % channels)
                let waves =
                    3 * wave(x + 2 * y + 17 * c, 24) + 2 * wave(3 * x + 5 * height - y, 40)
                return 60 + waves + Int(state >> 27)
            }
        }
    }

    static func golden() throws -> [Golden] {
        try JSONDecoder().decode([Golden].self, from: Fixture.data("perceptual.json"))
    }

    static func model() throws -> PristineModel {
        try PristineModel(contentsOf: Fixture.url("niqe_model.npz"))
    }

    @Test(
        "both equal an independent implementation, on grey and colours, with flat parts and odd sizes"
    )
    func goldenValues() throws {
        let cases = try Self.golden()
        #expect(cases.count == 3)
        for golden in cases {
            let (picture, other) = try golden.pictures()
            let similarity = try QualityIndices.haarPSI(reference: picture, restored: other)
            #expect(abs(similarity - golden.haarpsi) < 1e-6, "\(golden.width) \(similarity)")
            let distance = try picture.naturalness(model: Self.model())
            #expect(abs(distance - golden.niqe) < 1e-5, "\(golden.width) \(distance)")
        }
    }

    @Test("what lies in the border does not count")
    func border() throws {
        let (picture, other) = try #require(try Self.golden().last).pictures()
        let framed = Image(width: 320, height: 320, channels: .rgb, filledWith: 0.5)
        func inFrame(_ inner: Image, frame: Float) -> Image {
            var result = framed
            for i in result.pixels.indices { result.pixels[i] = frame }
            for y in 0..<inner.height {
                for i in 0..<inner.width * 3 {
                    result.pixels[((y + 10) * 320 + 10) * 3 + i] =
                        inner.pixels[y * inner.width * 3 + i]
                }
            }
            return result
        }
        let (a, b) = (inFrame(picture, frame: 0.1), inFrame(other, frame: 0.9))
        let options = QualityOptions(border: 10)
        #expect(
            try QualityIndices.haarPSI(reference: a, restored: b, options: options)
                == QualityIndices.haarPSI(reference: picture, restored: other))
        #expect(
            try a.naturalness(model: Self.model(), border: 10)
                == picture.naturalness(model: Self.model()))
        let ratio = try QualityIndices.gradientEnergyRatio(
            reference: a, restored: b, options: options)
        let expected = other.gradientEnergy() / picture.gradientEnergy()
        #expect(abs(try #require(ratio) - expected) < 1e-6)
    }

    @Test("HaarPSI of equal pictures is one, black ones included, and falls with the error")
    func haarPSI() throws {
        let (picture, other) = try Self.golden()[1].pictures()
        let same = try QualityIndices.haarPSI(reference: picture, restored: picture)
        #expect(same <= 1 && same > 1 - 1e-9)
        let black = Image(width: 9, height: 5, channels: .rgb, filledWith: 0)
        #expect(try QualityIndices.haarPSI(reference: black, restored: black) == 1)
        let flat = Image(
            width: picture.width, height: picture.height, channels: .rgb, filledWith: 0.5)
        #expect(
            try QualityIndices.haarPSI(reference: picture, restored: flat)
                < QualityIndices.haarPSI(reference: picture, restored: other))
    }

    @Test("alpha does not count, and flat references have no ratio of gradients")
    func edges() throws {
        let (picture, _) = try Self.golden()[1].pictures()
        let alpha = Image(
            width: picture.width, height: picture.height, channels: .grey, filledWith: 0.25)
        #expect(
            try picture.addingAlpha(alpha).naturalness(model: Self.model())
                == picture.naturalness(model: Self.model()))
        let flat = Image(width: 12, height: 12, channels: .grey, filledWith: 0.5)
        #expect(try QualityIndices(reference: flat, restored: flat).gradientEnergyRatio == nil)
    }

    @Test("NIQE refuses what has too few blocks or no contrast")
    func refusal() throws {
        let model = try Self.model()
        let flat = Image(width: 200, height: 200, channels: .grey, filledWith: 0.7)
        #expect(throws: QualityError.tooFlat) { try flat.naturalness(model: model) }
        #expect(throws: QualityError.tooFewBlocks(width: 190, height: 190, side: 96)) {
            try flat.naturalness(model: model, border: 5)
        }
        #expect(throws: QualityError.tooFewBlocks(width: 0, height: 0, side: 96)) {
            try flat.naturalness(model: model, border: 101)
        }
    }
}
