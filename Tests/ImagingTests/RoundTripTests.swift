import Foundation
import Imaging
import TestSupport
import Testing

struct RoundTripTests {
    /// A profile that the codecs accept: a header of the right length and colour space, no tags.
    static func profile(space: String, length: Int = 600) -> Data {
        var random = SplitMix(seed: 3)
        var profile = Data(count: 132)
        profile.append(contentsOf: (132..<length).map { _ in UInt8(random.next() & 255) })
        withUnsafeBytes(of: UInt32(length).bigEndian) { profile.replaceSubrange(0..<4, with: $0) }
        profile[8] = 4
        profile.replaceSubrange(12..<16, with: Data("mntr".utf8))
        profile.replaceSubrange(16..<20, with: Data(space.utf8))
        profile.replaceSubrange(20..<24, with: Data("XYZ ".utf8))
        profile.replaceSubrange(36..<40, with: Data("acsp".utf8))
        // The illuminant D50, in 65,536ths.
        profile.replaceSubrange(68..<80, with: [0, 0, 0xF6, 0xD6, 0, 1, 0, 0, 0, 0, 0xD3, 0x2D])
        return profile
    }

    static let metadata = ImageMetadata(
        icc: profile(space: "RGB "), exif: ExifBlock.data(orientation: 1, isLittleEndian: false),
        xmp: Data("<x:xmpmeta>Grüße</x:xmpmeta>".utf8))

    @Test("PNG keeps 8 and 16 bits exactly", arguments: Image.Channels.allCases, [8, 16])
    func png(channels: Image.Channels, bits: Int) throws {
        var random = SplitMix(seed: 7)
        let white = bits == 16 ? 65_535 : 255
        let image = Image(
            width: 13, height: 9, channels: channels,
            pixels: (0..<13 * 9 * channels.count).map { _ in
                Float(Int.random(in: 0...white, using: &random)) / Float(white)
            })
        let file = try ImageFile.encode(
            image, as: .png, options: EncodingOptions(bitsPerSample: bits))
        let decoded = try ImageFile.decode(file, name: "a.png")
        #expect(decoded.image == image)
        #expect(decoded.bitsPerSample == bits)
        #expect(decoded.format == .png)
    }

    @Test("every 16-bit value survives")
    func everyValue() throws {
        let image = Image(
            width: 256, height: 256, channels: .grey,
            pixels: (0...65_535).map { Float($0) / 65_535 })
        let file = try ImageFile.encode(
            image, as: .png, options: EncodingOptions(bitsPerSample: 16))
        #expect(try ImageFile.decode(file, name: "a.png").image == image)
    }

    @Test("lossless WebP keeps every sample, the colour of transparent pixels included")
    func losslessWebP() throws {
        var image = Image.numbered(width: 11, height: 5, channels: .rgba)
        for pixel in 0..<10 { image.pixels[pixel * 4 + 3] = 0 }
        let file = try ImageFile.encode(
            image, as: .webp, options: EncodingOptions(lossless: true))
        #expect(try ImageFile.decode(file, name: "a.webp").image == image)
    }

    @Test("lossy formats stay close to the original", arguments: [ImageFormat.jpeg, .webp])
    func lossy(format: ImageFormat) throws {
        var image = Image(width: 64, height: 48, channels: .rgb, filledWith: 0)
        for i in image.pixels.indices {
            let (x, y) = (i / 3 % 64, i / 3 / 64)
            image.pixels[i] = Float(x) / 126 + Float(y) / 94
        }
        let file = try ImageFile.encode(image, as: format)
        let decoded = try ImageFile.decode(file, name: "a")
        let indices = try QualityIndices(reference: image, restored: decoded.image)
        #expect(indices.psnr > 40)
    }

    @Test("JPEG of grey stays grey")
    func greyJPEG() throws {
        let image = Image(width: 8, height: 8, channels: .grey, filledWith: 0.5)
        let file = try ImageFile.encode(image, as: .jpeg)
        #expect(try ImageFile.decode(file, name: "a.jpg").image.channels == .grey)
    }

    @Test("profile, EXIF and XMP come back equal", arguments: ImageFormat.allCases)
    func carriedMetadata(format: ImageFormat) throws {
        let image = Image.numbered(width: 6, height: 4, channels: .rgb)
        let file = try ImageFile.encode(image, as: format, metadata: Self.metadata)
        let carried = try ImageFile.decode(file, name: "a").metadata
        #expect(carried.icc == Self.metadata.icc)
        #expect(carried.exif == Self.metadata.exif)
        #expect(carried.xmp == Self.metadata.xmp)
        #expect(carried.pngColour == nil)
    }

    @Test("a profile of several segments comes back equal from JPEG")
    func longProfile() throws {
        let profile = Self.profile(space: "RGB ", length: 200_000)
        let image = Image(width: 4, height: 4, channels: .rgb, filledWith: 0.5)
        let file = try ImageFile.encode(
            image, as: .jpeg, metadata: ImageMetadata(icc: profile))
        #expect(try ImageFile.decode(file, name: "a.jpg").metadata.icc == profile)
    }

    @Test("what does not fit is left out, and can be known beforehand")
    func losses() throws {
        var metadata = Self.metadata
        metadata.xmp = Data(repeating: UInt8(ascii: "x"), count: 70_000)
        #expect(metadata.losses(in: .jpeg, channels: .rgb) == ["XMP"])
        #expect(metadata.losses(in: .png, channels: .rgb) == [])
        #expect(metadata.losses(in: .png, channels: .grey) == ["ICC profile"])
        let image = Image(width: 4, height: 4, channels: .rgb, filledWith: 0.5)
        let file = try ImageFile.encode(image, as: .jpeg, metadata: metadata)
        let kept = try ImageFile.decode(file, name: "a.jpg").metadata
        #expect(kept.xmp == nil && kept.exif == metadata.exif && kept.icc == metadata.icc)
    }

    @Test("PNG's own statements about colour are carried")
    func pngColour() throws {
        let colour = PNGColour(
            gamma: 45_455,
            chromaticities: [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000])
        let image = Image(width: 4, height: 4, channels: .rgb, filledWith: 0.5)
        let file = try ImageFile.encode(
            image, as: .png, metadata: ImageMetadata(pngColour: colour))
        #expect(try ImageFile.decode(file, name: "a.png").metadata.pngColour == colour)
    }
}
