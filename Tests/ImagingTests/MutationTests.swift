import Foundation
import Imaging
import TestSupport
import Testing

/// Damaged files: an error or an image, never a crash, a hang or half a picture.
struct MutationTests {
    static let files = [
        "PngSuite/basn2c16.png", "PngSuite/basi3p04.png", "PngSuite/tbbn0g04.png",
        "PngSuite/exif2c08.png", "Files/baseline.jpg", "Files/progressive.jpg", "Files/cmyk.jpg",
        "Files/lossy.webp", "Files/alpha.webp", "Files/lossless.webp",
    ]

    /// 200 mutations of each of ten files.
    @Test(
        "2,000 files cut short or with flipped bits", .timeLimit(.minutes(2)), arguments: Self.files
    )
    func mutations(file: String) throws {
        let images = try Self.survivors(of: file) { $0 }
        // Had nearly everything passed, the mutations would not have reached the data.
        #expect(images < 180)
    }

    @Test("PNG files whose checksums hide the damage", .timeLimit(.minutes(2)))
    func hiddenDamage() throws {
        let images = try Self.files.filter { $0.hasSuffix(".png") }
            .map { try Self.survivors(of: $0, finish: PNGChecksum.repaired) }
        // Had nothing passed, the checksums would not have been repaired.
        #expect(images.reduce(0, +) > 20, "\(images)")
    }

    /// How many of 200 mutations are still images; checks that those are whole.
    private static func survivors(of file: String, finish: (Data) -> Data) throws -> Int {
        let original = try Fixture.data(file)
        var images = 0
        for seed in 0..<200 {
            var random = SplitMix(seed: UInt64(seed))
            let mutated = finish(mutate(original, using: &random))
            do throws(ImageError) {
                let decoded = try ImageFile.decode(
                    mutated, name: file, limits: DecodingLimits(maximumPixels: 1_000_000))
                images += 1
                let header = try ImageFile.inspect(mutated, name: file)
                #expect(header.width == decoded.image.width, "seed \(seed)")
                #expect(header.height == decoded.image.height, "seed \(seed)")
                #expect(decoded.image.pixels.allSatisfy { (0...1).contains($0) }, "seed \(seed)")
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
        return images
    }

    /// Cuts the file, or flips one to eight bits; every fourth time both.
    private static func mutate(_ data: Data, using random: inout SplitMix) -> Data {
        var bytes = data
        let kind = Int.random(in: 0..<4, using: &random)
        if kind != 0 {
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
        }
        if kind <= 1 { bytes = bytes.prefix(Int.random(in: 0..<bytes.count, using: &random)) }
        return bytes
    }
}
