import Foundation
import Imaging
import TestSupport
import Testing

struct ImageFileErrorTests {
    @Test("missing files, folders and empty files are told apart")
    func places() throws {
        let folder = try TemporaryFolder()
        try Data().write(to: folder.file("empty.png"))
        #expect(throws: ImageError.missing(file: "none.png")) {
            try ImageFile.read(folder.file("none.png"))
        }
        #expect(throws: ImageError.missing(file: "below.png")) {
            try ImageFile.read(folder.file("empty.png/below.png"))
        }
        #expect(throws: ImageError.folder(file: folder.url.lastPathComponent)) {
            try ImageFile.read(folder.url)
        }
        #expect(throws: ImageError.empty(file: "empty.png")) {
            try ImageFile.read(folder.file("empty.png"))
        }
    }

    @Test("a file that may not be read is told by its permission", .enabled(if: geteuid() != 0))
    func permission() throws {
        let folder = try TemporaryFolder()
        try Data([1]).write(to: folder.file("secret.png"))
        chmod(folder.file("secret.png").path, 0)
        #expect(throws: ImageError.notPermitted(file: "secret.png")) {
            try ImageFile.read(folder.file("secret.png"))
        }
    }

    @Test(
        "kinds that are not read are named",
        arguments: [
            ("GIF89a..........", "GIF"), ("II*\0............", "TIFF"),
            ("MM\0*............", "TIFF"), ("BM..............", "BMP"),
            ("\0\0\0\u{18}ftypheic....", "HEIC"), ("\0\0\0\u{18}ftypavif....", "AVIF"),
            ("%PDF-1.7........", "PDF"),
        ])
    func foreignKinds(text: String, kind: String) {
        #expect(throws: ImageError.unsupportedKind(file: "f", kind: kind)) {
            try ImageFile.decode(Data(text.utf8), name: "f")
        }
    }

    @Test("a JPEG of 12 bits is called rare, not damaged")
    func rareJPEG() throws {
        var file = try Fixture.data("Files/baseline.jpg")
        let frame = try #require(file.range(of: Data([0xFF, 0xC0])))
        file[frame.upperBound + 2] = 12
        let error = #expect(throws: ImageError.self) {
            try ImageFile.decode(file, name: "a.jpg")
        }
        guard case .unsupportedFeature = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("what is no image at all is said to be none")
    func text() {
        #expect(throws: ImageError.notAnImage(file: "note.png")) {
            try ImageFile.decode(Data("Dear diary".utf8), name: "note.png")
        }
    }

    @Test("the content decides, not the name")
    func wrongName() throws {
        let jpeg = try Fixture.data("Files/baseline.jpg")
        #expect(try ImageFile.decode(jpeg, name: "photo.png").format == .jpeg)
    }

    @Test("a header that promises too many pixels is refused before memory is taken")
    func decompressionBomb() throws {
        // A valid header of 100,000 × 100,000 pixels, and no data that could follow it.
        let image = Image(width: 1, height: 1, channels: .grey, filledWith: 0)
        var bomb = try ImageFile.encode(image, as: .png)
        bomb.replaceSubrange(16..<24, with: [0, 1, 0x86, 0xA0, 0, 1, 0x86, 0xA0])
        bomb.replaceSubrange(29..<33, with: PNGChecksum.bytes(of: bomb[12..<29]))
        let expected = ImageError.tooManyPixels(
            file: "bomb.png", width: 100_000, height: 100_000, limit: 256_000_000)
        #expect(throws: expected) { try ImageFile.decode(bomb, name: "bomb.png") }
        #expect(throws: expected) { try ImageFile.inspect(bomb, name: "bomb.png") }
    }

    @Test("the limit can be set, and an image of just that size passes")
    func limit() throws {
        let image = Image(width: 10, height: 7, channels: .grey, filledWith: 0.5)
        let data = try ImageFile.encode(image, as: .png)
        _ = try ImageFile.decode(data, name: "a", limits: DecodingLimits(maximumPixels: 70))
        #expect(throws: ImageError.self) {
            try ImageFile.decode(data, name: "a", limits: DecodingLimits(maximumPixels: 69))
        }
    }

    @Test("an image that a format cannot store is refused with the reason")
    func unstorable() {
        let transparent = Image(width: 2, height: 2, channels: .rgba, filledWith: 0.5)
        let wide = Image(width: 16_384, height: 1, channels: .grey, filledWith: 0)
        #expect(throws: ImageError.self) { try ImageFile.encode(transparent, as: .jpeg) }
        #expect(throws: ImageError.self) { try ImageFile.encode(wide, as: .webp) }
    }

    @Test(
        "a sample that is not a number is never written as black", arguments: ImageFormat.allCases)
    func notANumber(format: ImageFormat) {
        var image = Image(width: 3, height: 2, channels: .rgb, filledWith: 0.5)
        image.pixels[image.index(x: 1, y: 1) + 2] = .nan
        #expect(throws: ImageError.notANumber(x: 1, y: 1)) {
            try ImageFile.encode(image, as: format)
        }
    }

    @Test("errors name the file and never its folder")
    func names() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: ImageError.self) {
            try ImageFile.read(folder.file("none.png"))
        }
        let description = try #require(error).description
        #expect(description.hasPrefix("none.png: "))
        #expect(!description.contains(folder.url.lastPathComponent))
    }
}
