import Foundation
import Imaging
import TestSupport
import Testing

/// Willem van Schaik's PngSuite against what libpng's own high-level reader made of it.
struct PngSuiteTests {
    /// One line of `decoded.txt`.
    struct Expectation: CustomTestStringConvertible {
        let name: String
        /// Width, height, channels, bits and hash; `nil` when libpng refuses the file.
        let decoded: [String]?

        var testDescription: String { name }
    }

    static let expectations: [Expectation] = {
        let text = (try? Fixture.data("PngSuite/decoded.txt")) ?? Data()
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map { line in
            let fields = line.split(separator: " ").map(String.init)
            let decoded = fields.count == 6 ? Array(fields.dropFirst()) : nil
            return Expectation(name: fields[0], decoded: decoded)
        }
    }()

    @Test("the suite is complete: 161 valid files and 14 broken ones")
    func completeness() {
        #expect(Self.expectations.count { $0.decoded != nil } == 161)
        #expect(Self.expectations.count { $0.decoded == nil } == 14)
    }

    @Test(
        "valid files decode as libpng's own reader does, broken ones are refused",
        arguments: Self.expectations)
    func decoding(expectation: Expectation) throws {
        let data = try Fixture.data("PngSuite/\(expectation.name)")
        guard let expected = expectation.decoded else {
            #expect(throws: ImageError.self) {
                try ImageFile.decode(data, name: expectation.name)
            }
            return
        }
        let decoded = try ImageFile.decode(data, name: expectation.name)
        let image = decoded.image
        let bits = decoded.bitsPerSample == 16 ? 16 : 8
        let found = [
            "\(image.width)", "\(image.height)", "\(image.channels.count)", "\(bits)",
            Self.hash(of: image, bits: bits),
        ]
        #expect(found == expected)

        let header = try ImageFile.inspect(data, name: expectation.name)
        #expect(header.width == image.width && header.height == image.height)
        #expect(header.channels == image.channels)
        #expect(header.bitsPerSample == decoded.bitsPerSample)
    }

    @Test("files decode to themselves after they were written again", arguments: Self.expectations)
    func rewriting(expectation: Expectation) throws {
        guard expectation.decoded != nil else { return }
        let data = try Fixture.data("PngSuite/\(expectation.name)")
        let decoded = try ImageFile.decode(data, name: expectation.name)
        let options = EncodingOptions(bitsPerSample: decoded.bitsPerSample == 16 ? 16 : 8)
        let written = try ImageFile.encode(
            decoded.image, as: .png, options: options, metadata: decoded.metadata)
        let again = try ImageFile.decode(written, name: "again.png")
        #expect(again.image == decoded.image)
        #expect(again.metadata == decoded.metadata)
    }

    /// FNV-1a over the samples as whole numbers, the high byte first.
    private static func hash(of image: Image, bits: Int) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for sample in image.pixels {
            let whole = UInt16((sample * (bits == 16 ? 65_535 : 255)).rounded())
            let bytes = bits == 16 ? [UInt8(whole >> 8), UInt8(whole & 255)] : [UInt8(whole)]
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
