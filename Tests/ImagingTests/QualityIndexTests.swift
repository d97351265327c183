import Foundation
import Imaging
import TestSupport
import Testing

struct QualityIndexTests {
    /// A case of `quality.json`, computed window by window in double precision.
    struct Golden: Decodable {
        let reference: GoldenImage
        let restored: GoldenImage
        let border: Int
        let channel: String
        let psnr: Double
        let ssim: Double
    }

    @Test("PSNR and SSIM equal those computed from the definitions")
    func goldenValues() throws {
        let cases = try JSONDecoder().decode([Golden].self, from: Fixture.data("quality.json"))
        #expect(cases.count == 5)
        for golden in cases {
            let indices = try QualityIndices(
                reference: try #require(golden.reference.image),
                restored: try #require(golden.restored.image),
                options: QualityOptions(
                    channel: try #require(QualityOptions.Channel(rawValue: golden.channel)),
                    border: golden.border))
            #expect(abs(indices.psnr - golden.psnr) < 1e-4, "\(golden.channel) \(golden.border)")
            #expect(abs(indices.ssim - golden.ssim) < 1e-6, "\(golden.channel) \(golden.border)")
        }
    }

    @Test("by hand: an error of 51 everywhere is 13.98 dB")
    func byHand() throws {
        let reference = Image(width: 4, height: 4, channels: .grey, filledWith: 0.4)
        let restored = Image(width: 4, height: 4, channels: .grey, filledWith: 0.6)
        let psnr = try QualityIndices.psnr(reference: reference, restored: restored)
        #expect(abs(psnr - 20 * log10(5)) < 1e-4)
    }

    @Test("equal images score infinity and one")
    func equality() throws {
        let image = Image.numbered(width: 16, height: 12, channels: .rgb)
        let indices = try QualityIndices(reference: image, restored: image)
        #expect(indices.psnr == .infinity)
        #expect(abs(indices.ssim - 1) < 1e-12)
    }

    @Test("differences below half a step vanish when both images are rounded to 8 bits")
    func rounding() throws {
        let reference = Image(width: 4, height: 4, channels: .grey, filledWith: 100.0 / 255)
        let restored = Image(width: 4, height: 4, channels: .grey, filledWith: 100.4 / 255)
        let exact = QualityOptions(roundsToEightBits: false)
        #expect(try QualityIndices.psnr(reference: reference, restored: restored) == .infinity)
        #expect(
            try QualityIndices.psnr(reference: reference, restored: restored, options: exact) < 60)
    }

    @Test("images of other sizes and too small images are refused")
    func refusal() {
        let image = Image(width: 12, height: 12, channels: .grey, filledWith: 0)
        let other = Image(width: 12, height: 11, channels: .grey, filledWith: 0)
        #expect(throws: QualityError.sizesDiffer(reference: [12, 12], restored: [12, 11])) {
            try QualityIndices(reference: image, restored: other)
        }
        #expect(throws: QualityError.tooSmall(width: 10, height: 10, minimum: 11)) {
            try QualityIndices.ssim(
                reference: image, restored: image, options: QualityOptions(border: 1))
        }
    }
}
