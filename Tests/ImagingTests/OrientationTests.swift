import Foundation
import Imaging
import TestSupport
import Testing

struct OrientationTests {
    /// The letter F, which no turn or reflection leaves as it is, and how it is stored in each
    /// case.
    ///
    /// Source: the figures in the EXIF specification's text on tag 274.
    static let stored: [(orientation: UInt16, rows: [String])] = [
        (1, ["###", "#..", "##.", "#.."]),
        (2, ["###", "..#", ".##", "..#"]),
        (3, ["..#", ".##", "..#", "###"]),
        (4, ["#..", "##.", "#..", "###"]),
        (5, ["####", "#.#.", "#..."]),
        (6, ["#...", "#.#.", "####"]),
        (7, ["...#", ".#.#", "####"]),
        (8, ["####", ".#.#", "...#"]),
    ]

    static func image(_ rows: [String]) -> Image {
        Image(
            width: rows[0].count, height: rows.count, channels: .grey,
            pixels: rows.joined().map { $0 == "#" ? 1 : 0 })
    }

    @Test("all eight orientations come out upright", arguments: Self.stored, [true, false])
    func upright(stored: (orientation: UInt16, rows: [String]), isLittleEndian: Bool) throws {
        let exif = ExifBlock.data(
            orientation: stored.orientation, isLittleEndian: isLittleEndian)
        let file = try ImageFile.encode(
            Self.image(stored.rows), as: .png, metadata: ImageMetadata(exif: exif))
        let decoded = try ImageFile.decode(file, name: "f.png")
        #expect(decoded.image == Self.image(Self.stored[0].rows))
        #expect(
            decoded.metadata.exif
                == ExifBlock.data(orientation: 1, isLittleEndian: isLittleEndian))
        let header = try ImageFile.inspect(file, name: "f.png")
        #expect(header.width == 3 && header.height == 4)
    }

    @Test(
        "the orientation in XMP is reset with that in EXIF",
        arguments: [
            (#"<x tiff:Orientation="6"/>"#, #"<x tiff:Orientation="1"/>"#),
            ("<tiff:Orientation>8</tiff:Orientation>", "<tiff:Orientation>1</tiff:Orientation>"),
            (#"<x tiff:Orientation=""#, #"<x tiff:Orientation=""#),
        ])
    func xmp(before: String, after: String) throws {
        let metadata = ImageMetadata(
            exif: ExifBlock.data(orientation: 6, isLittleEndian: true), xmp: Data(before.utf8))
        let image = Image(width: 2, height: 1, channels: .rgb, filledWith: 0.5)
        let file = try ImageFile.encode(image, as: .jpeg, metadata: metadata)
        let decoded = try ImageFile.decode(file, name: "f.jpg")
        #expect(decoded.metadata.xmp == Data(after.utf8))
    }

    @Test("EXIF that is cut short or damaged is carried as it is, and turns nothing")
    func malformed() throws {
        let whole = ExifBlock.data(orientation: 6, isLittleEndian: false)
        var farDirectory = whole
        farDirectory.replaceSubrange(4..<8, with: [0xFF, 0xFF, 0xFF, 0xF0])
        var wrongType = whole
        wrongType[24] = 7
        var wrongValue = whole
        wrongValue[31] = 9
        let cuts = (1..<32).map { whole.prefix($0) }
        for exif in cuts + [farDirectory, wrongType, wrongValue] {
            // WebP carries any bytes; libpng and JPEG readers look at the first ones.
            let image = Image(width: 2, height: 1, channels: .rgb, filledWith: 0.5)
            let file = try ImageFile.encode(
                image, as: .webp, metadata: ImageMetadata(exif: exif))
            let decoded = try ImageFile.decode(file, name: "f.webp")
            #expect(decoded.image.width == 2)
            #expect(decoded.metadata.exif == Data(exif))
        }
    }
}
