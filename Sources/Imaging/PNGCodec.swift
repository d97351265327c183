import CImageCodecs
import Foundation

/// Reads PNG files with libpng.
///
/// Palettes become RGB, `tRNS` becomes alpha, grey of 1, 2 and 4 bits is spread over 0…1.
final class PNGReader: ImageReader {
    static let format = ImageFormat.png

    let header: ps_header
    let channels: Image.Channels
    private let reader: OpaquePointer
    private let file: String

    init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws(ImageError) {
        guard let start = bytes.baseAddress, let reader = ps_png_reader_make(start, bytes.count)
        else { throw .unreadable(file: file, reason: "not enough memory") }
        var header = ps_header()
        let status = ps_png_reader_open(reader, &header)
        guard status == PS_OK, let channels = Image.Channels(rawValue: Int(header.channels)) else {
            let reason = String(cString: ps_png_reader_message(reader))
            ps_png_reader_free(reader)
            throw .damaged(file: file, format: .png, reason: reason)
        }
        self.reader = reader
        self.header = header
        self.channels = channels
        self.file = file
    }

    deinit { ps_png_reader_free(reader) }

    func readSamples(into samples: UnsafeMutableRawPointer, rowBytes: Int) throws(ImageError) {
        guard ps_png_reader_read(reader, samples, rowBytes) == PS_OK else {
            throw .damaged(
                file: file, format: .png, reason: String(cString: ps_png_reader_message(reader)))
        }
    }

    var metadata: ImageMetadata {
        var metadata = ImageMetadata(ps_png_reader_metadata(reader))
        metadata.pngColour = PNGColour(ps_png_reader_colour(reader))
        return metadata
    }
}

/// Writes PNG files with libpng.
enum PNGCodec {
    static func encode(
        _ image: Image, options: EncodingOptions, metadata: ImageMetadata
    ) throws(ImageError) -> Data {
        precondition(
            options.bitsPerSample == 8 || options.bitsPerSample == 16,
            "a PNG of \(options.bitsPerSample) bits")
        return switch options.bitsPerSample {
        case 16:
            try encode(
                SampleConversion.integers(from: image, as: UInt16.self), of: image, options,
                metadata)
        default:
            try encode(
                SampleConversion.integers(from: image, as: UInt8.self), of: image, options, metadata
            )
        }
    }

    private static func encode<Sample>(
        _ samples: [Sample], of image: Image, _ options: EncodingOptions, _ metadata: ImageMetadata
    ) throws(ImageError) -> Data {
        var colour = metadata.pngColour.map(ps_png_colour.init) ?? ps_png_colour()
        let level = Int32(min(max(options.pngCompression, 0), 9))
        return try EncoderCall(image: image, format: .png, metadata: metadata)
            .run(on: samples) { raster, metadata, message, result in
                ps_png_encode(raster, metadata, &colour, level, message, result)
            }
    }
}

extension PNGColour {
    /// What libpng found; `nil` when none of the three chunks is there.
    init?(_ found: ps_png_colour) {
        guard found.has_gamma + found.has_chromaticities + found.has_srgb_intent > 0 else {
            return nil
        }
        self.init(
            gamma: found.has_gamma != 0 ? Int(found.gamma) : nil,
            chromaticities: found.has_chromaticities != 0
                ? withUnsafeBytes(of: found.chromaticities) { raw in
                    raw.bindMemory(to: Int32.self).map(Int.init)
                } : nil,
            sRGBIntent: found.has_srgb_intent != 0 ? Int(found.srgb_intent) : nil)
    }
}

extension ps_png_colour {
    init(_ colour: PNGColour) {
        self.init()
        if let gamma = colour.gamma {
            has_gamma = 1
            self.gamma = Int32(clamping: gamma)
        }
        if let values = colour.chromaticities, values.count == 8 {
            has_chromaticities = 1
            withUnsafeMutableBytes(of: &chromaticities) { raw in
                raw.copyBytes(from: values.map { Int32(clamping: $0) }.withUnsafeBytes(Array.init))
            }
        }
        if let intent = colour.sRGBIntent {
            has_srgb_intent = 1
            srgb_intent = Int32(clamping: intent)
        }
    }
}
