import CImageCodecs
import Foundation

/// Reads WebP files with libwebp: lossy and lossless, with and without alpha, one picture a file.
final class WebPReader: ImageReader {
    static let format = ImageFormat.webp

    let header: ps_header
    private let reader: OpaquePointer
    private let file: String

    init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws(ImageError) {
        guard let start = bytes.baseAddress, let reader = ps_webp_reader_make(start, bytes.count)
        else { throw .unreadable(file: file, reason: "not enough memory") }
        var header = ps_header()
        var isAnimated: Int32 = 0
        let status = ps_webp_reader_open(reader, &header, &isAnimated)
        guard status == PS_OK, isAnimated == 0 else {
            let reason = String(cString: ps_webp_reader_message(reader))
            ps_webp_reader_free(reader)
            if status == PS_OK {
                throw .unsupportedFeature(
                    file: file, feature: "the WebP file holds an animation, not one picture")
            }
            throw .damaged(file: file, format: .webp, reason: reason)
        }
        self.reader = reader
        self.header = header
        self.file = file
    }

    deinit { ps_webp_reader_free(reader) }

    var channels: Image.Channels { header.channels == 4 ? .rgba : .rgb }

    func readSamples(into samples: UnsafeMutableRawPointer, rowBytes: Int) throws(ImageError) {
        guard ps_webp_reader_read(reader, samples, rowBytes) == PS_OK else {
            throw .damaged(
                file: file, format: .webp, reason: String(cString: ps_webp_reader_message(reader)))
        }
    }

    var metadata: ImageMetadata { ImageMetadata(ps_webp_reader_metadata(reader)) }
}

/// Writes WebP files with libwebp.
enum WebPCodec {
    static func encode(
        _ image: Image, options: EncodingOptions, metadata: ImageMetadata
    ) throws(ImageError) -> Data {
        let colour = image.convertedToColour()  // WebP has no grey
        let quality = Int32(min(max(options.quality, 1), 100))
        return try EncoderCall(image: colour, format: .webp, metadata: metadata)
            .run(on: SampleConversion.integers(from: colour, as: UInt8.self)) {
                raster, metadata, message, result in
                ps_webp_encode(
                    raster, metadata, quality, options.lossless ? 1 : 0, message, result)
            }
    }
}
