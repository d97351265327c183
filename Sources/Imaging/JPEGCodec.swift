import CImageCodecs
import Foundation

/// Reads JPEG files with libjpeg-turbo: grey, colour, and CMYK, which becomes RGB.
final class JPEGReader: ImageReader {
    static let format = ImageFormat.jpeg

    let header: ps_header
    private let reader: OpaquePointer
    private let file: String

    init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws(ImageError) {
        guard let start = bytes.baseAddress, let reader = ps_jpeg_reader_make(start, bytes.count)
        else { throw .unreadable(file: file, reason: "not enough memory") }
        var header = ps_header()
        let status = ps_jpeg_reader_open(reader, &header)
        guard status == PS_OK else {
            let reason = String(cString: ps_jpeg_reader_message(reader))
            ps_jpeg_reader_free(reader)
            throw Self.error(status, reason, file: file)
        }
        self.reader = reader
        self.header = header
        self.file = file
    }

    deinit { ps_jpeg_reader_free(reader) }

    var channels: Image.Channels { header.channels == 1 ? .grey : .rgb }

    private var isCMYK: Bool { header.channels == 4 }

    func readSamples(into samples: UnsafeMutableRawPointer, rowBytes: Int) throws(ImageError) {
        let status = ps_jpeg_reader_read(reader, samples, rowBytes)
        guard status == PS_OK else {
            throw Self.error(status, String(cString: ps_jpeg_reader_message(reader)), file: file)
        }
    }

    private static func error(_ status: Int32, _ reason: String, file: String) -> ImageError {
        status == PS_UNSUPPORTED
            ? .unsupportedFeature(
                file: file, feature: "the JPEG file is of a rare kind (\(reason))")
            : .damaged(file: file, format: .jpeg, reason: reason)
    }

    var metadata: ImageMetadata {
        var metadata = ImageMetadata(ps_jpeg_reader_metadata(reader))
        // The profile speaks of inks that are no longer there.
        if isCMYK { metadata.icc = nil }
        return metadata
    }

    func image(from samples: UnsafeRawBufferPointer) -> Image {
        let floats = SampleConversion.floats(from: samples, sampleBytes: 1)
        guard isCMYK else {
            return Image(width: width, height: height, channels: channels, pixels: floats)
        }
        let isInverted = ps_jpeg_reader_is_inverted(reader) != 0
        return Image(
            width: width, height: height, channels: .rgb,
            pixels: Self.rgb(fromCMYK: floats, isInverted: isInverted))
    }

    /// Red, green and blue from inks, without a profile: each ink removes its complement, black
    /// all.
    private static func rgb(fromCMYK inks: [Float], isInverted: Bool) -> [Float] {
        var rgb: [Float] = []
        rgb.reserveCapacity(inks.count / 4 * 3)
        for pixel in stride(from: 0, to: inks.count, by: 4) {
            let black = isInverted ? inks[pixel + 3] : 1 - inks[pixel + 3]
            for ink in inks[pixel..<pixel + 3] {
                rgb.append((isInverted ? ink : 1 - ink) * black)
            }
        }
        return rgb
    }
}

/// Writes JPEG files with libjpeg-turbo.
enum JPEGCodec {
    /// The room that one segment leaves for EXIF, after the length and the prefix.
    static let maximumExif = 65_533 - 6

    /// The room that one segment leaves for XMP.
    static let maximumXMP = 65_533 - 29

    /// The room that 255 segments leave for a profile.
    static let maximumICC = 255 * (65_533 - 14)

    /// From this quality on, colour is stored at full resolution.
    private static let fullColourQuality = 90

    static func encode(
        _ image: Image, options: EncodingOptions, metadata: ImageMetadata
    ) throws(ImageError) -> Data {
        guard !image.channels.hasAlpha else {
            throw .cannotStore(
                format: .jpeg, reason: "it has no alpha; choose PNG or WebP, or flatten the image")
        }
        let quality = Int32(min(max(options.quality, 1), 100))
        let isFull =
            switch options.jpegColour {
            case .byQuality: quality >= fullColourQuality
            case .full: true
            case .half: false
            }
        return try EncoderCall(image: image, format: .jpeg, metadata: metadata)
            .run(on: SampleConversion.integers(from: image, as: UInt8.self)) {
                raster, metadata, message, result in
                ps_jpeg_encode(
                    raster, metadata, quality, isFull ? 1 : 0, message, result)
            }
    }
}
