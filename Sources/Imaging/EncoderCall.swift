import CImageCodecs
import Foundation

/// What every call of a C encoder needs around it: pointers that live long enough, the message when
/// it fails, the bytes when it does not.
struct EncoderCall {
    let image: Image
    let format: ImageFormat
    let metadata: ImageMetadata

    typealias Body = (
        UnsafePointer<ps_raster>, UnsafePointer<ps_metadata>, UnsafeMutablePointer<ps_message>,
        UnsafeMutablePointer<ps_buffer>
    ) -> Int32

    /// Encodes samples that stand in the order of the image's pixels.
    ///
    /// - Parameters:
    ///   - samples: The samples, of the type that the file shall have.
    ///   - body: The call; returns the encoder's status.
    /// - Returns: The file's bytes.
    /// - Throws: ``ImageError/cannotStore(format:reason:)`` with the encoder's own words.
    func run<Sample>(on samples: [Sample], body: Body) throws(ImageError) -> Data {
        var message = ps_message()
        var result = ps_buffer()
        let status = samples.withUnsafeBytes { raw in
            withSpan(metadata.icc) { icc in
                withSpan(metadata.exif) { exif in
                    withSpan(metadata.xmp) { xmp -> Int32 in
                        guard let start = raw.baseAddress else { return PS_FAILED }
                        var raster = ps_raster(
                            samples: start, width: UInt32(image.width),
                            height: UInt32(image.height),
                            channels: Int32(samples.count / (image.width * image.height)),
                            sample_bytes: Int32(MemoryLayout<Sample>.stride))
                        var carried = ps_metadata(icc: icc, exif: exif, xmp: xmp)
                        return body(&raster, &carried, &message, &result)
                    }
                }
            }
        }
        guard status == PS_OK, let bytes = result.bytes else {
            let reason = String(cString: ps_message_text(&message))
            throw .cannotStore(format: format, reason: reason.isEmpty ? "unknown reason" : reason)
        }
        defer { ps_buffer_free(result) }
        return Data(bytes: bytes, count: result.count)
    }

    private func withSpan<R>(_ data: Data?, _ body: (ps_span) -> R) -> R {
        guard let data, !data.isEmpty else { return body(ps_span(bytes: nil, count: 0)) }
        return data.withUnsafeBytes { raw in
            body(
                ps_span(
                    bytes: raw.baseAddress?.assumingMemoryBound(to: UInt8.self), count: raw.count))
        }
    }
}
