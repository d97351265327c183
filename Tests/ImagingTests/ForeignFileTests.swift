import Foundation
import Imaging
import TestSupport
import Testing

/// JPEG and WebP files of another program, and what another reader made of them.
struct ForeignFileTests {
    static let golden: [String: GoldenImage] =
        (try? JSONDecoder().decode(
            [String: GoldenImage].self, from: Fixture.data("Files/decoded.json"))) ?? [:]

    @Test(
        "files of other programs decode as other readers do",
        arguments: [
            "baseline.jpg", "progressive.jpg", "grey.jpg", "cmyk.jpg", "lossy.webp", "alpha.webp",
            "lossless.webp",
        ])
    func decoding(name: String) throws {
        let expected = try #require(Self.golden[name]?.image)
        let found = try ImageFile.decode(Fixture.data("Files/\(name)"), name: name)
        #expect(found.image.channels == expected.channels)
        try #require(found.image.pixels.count == expected.pixels.count)
        // Decoders may round inverse transforms differently, by one step.
        #expect(found.image.largestDifference(from: expected) < 1.5 / 255)
        #expect(found.bitsPerSample == 8)
    }

    @Test("lossless WebP keeps every bit, also below transparent pixels")
    func losslessWebP() throws {
        let expected = try #require(Self.golden["lossless.webp"]?.image)
        let found = try ImageFile.decode(Fixture.data("Files/lossless.webp"), name: "lossless.webp")
        #expect(found.image == expected)
    }

    @Test("an animated WebP is refused by name of its feature")
    func animatedWebP() throws {
        let data = try Fixture.data("Files/animated.webp")
        #expect(
            throws: ImageError.unsupportedFeature(
                file: "a.webp", feature: "the WebP file holds an animation, not one picture")
        ) {
            try ImageFile.decode(data, name: "a.webp")
        }
    }

    @Test(
        "a JPEG that is cut anywhere before its last bytes is refused",
        arguments: ["baseline.jpg", "progressive.jpg", "grey.jpg", "cmyk.jpg"])
    func truncatedJPEG(name: String) throws {
        let data = try Fixture.data("Files/\(name)")
        // The last bytes of a scan may be padding, and the end marker has two bytes of its own.
        for length in 0..<data.count - 4 {
            #expect(throws: ImageError.self, "cut to \(length) bytes") {
                try ImageFile.decode(data.prefix(length), name: name)
            }
        }
    }

    @Test("a whole baseline JPEG without its end marker is read")
    func missingEndMarker() throws {
        let data = try Fixture.data("Files/baseline.jpg")
        let whole = try ImageFile.decode(data, name: "whole.jpg")
        let cut = try ImageFile.decode(data.dropLast(2), name: "cut.jpg")
        #expect(cut.image == whole.image)
    }
}
